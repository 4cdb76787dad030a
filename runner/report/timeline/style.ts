// The page's dress, in the colours of the book: pairs for light and dark, and shapes that do without either.

export const STYLE = `
:root{color-scheme:light dark;--ground:#fcfbf8;--raised:#f4f2ec;--line:#dedacf;--ink:#24221e;--quiet:#605b51;--accent:#1f6b4a;--good:#1d6b3f;--bad:#a32a22;--unsure:#7a5000;--marked:#fbe9a6;
--c:#8a857a;--c0:#a8a296;--c1:#4f86b5;--c2:#c08a2e;--c3:#5a9a72;--c4:#9274bd;--c5:#c4709a;--c6:#4a9aa5}
@media (prefers-color-scheme:dark){:root{--ground:#16181a;--raised:#1e2124;--line:#34383c;--ink:#dcd9d2;--quiet:#a29d93;--accent:#7fc8a2;--good:#74c793;--bad:#f0908a;--unsure:#d9ac5b;--marked:#57491a;
--c:#77736b;--c0:#5f5c56;--c1:#4f86b5;--c2:#b58432;--c3:#4f8f68;--c4:#8b6fb5;--c5:#b2648b;--c6:#428a94}}
@media print{:root{color-scheme:light;--ground:#fff;--raised:#fff;--line:#ccc;--ink:#000;--quiet:#444;--accent:#000;--good:#000;--bad:#000;--unsure:#000}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1.25rem 4rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans','DejaVu Sans',sans-serif;overflow-wrap:break-word}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.5rem 0 .25rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0}
p{margin:.25rem 0}
small,.quiet,.facts{color:var(--quiet);font-size:.875rem}
small{font-weight:400}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.875em}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:.5rem 0;list-style:none}
.sign{font-weight:700}
.failed,.broken .sign{color:var(--bad)}.passed,.holds .sign{color:var(--good)}.inconclusive .sign,h2 .inconclusive,.fault-of-ours{color:var(--unsure)}
.broken{border-left:3px solid var(--bad);padding:.1rem 0 .1rem 1rem;margin:1.25rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.4rem 0}
dt{color:var(--quiet)}dd{margin:0;min-width:0}
.others{list-style:none;padding:0;margin:1rem 0}
.others li{display:grid;grid-template-columns:1rem minmax(0,26rem) 1fr;gap:0 .5rem;padding:.1rem 0}
.others small{display:none}
.summary{color:var(--quiet);font-size:.9rem}
.target{visibility:hidden;height:0;margin:0;overflow:hidden;scroll-margin-top:1rem}
.target:target{visibility:visible;height:auto;margin:.5rem 0;padding:.35rem .75rem;background:var(--marked)}
.scroll{overflow-x:auto;margin:.75rem 0 0;padding-bottom:2px}
.picture{display:grid;grid-template-columns:9.25rem minmax(40rem,1fr);position:relative}
.names{position:sticky;left:0;z-index:1;background:var(--ground);padding-right:.75rem;font-size:.8125rem;line-height:1.15}
.names div{overflow:hidden;white-space:nowrap;display:flex;flex-direction:column;justify-content:flex-end}
.names .of-lane{justify-content:flex-start;padding-top:15px}
.names b{font-weight:600}
.names i{font-style:normal;color:var(--quiet);font-size:.75rem}
.names .key{display:inline-block;width:.6rem;height:.6rem;margin-right:.35rem;border-radius:1px;background:currentColor}
svg.run{display:block;margin-right:14px;width:calc(100% - 14px);overflow:visible}
svg.defs{position:absolute}
svg.run text{fill:var(--quiet);font-size:11px;text-anchor:middle}
svg.run text.name{fill:var(--ink);font-size:11.5px;text-anchor:inherit;paint-order:stroke;stroke:var(--ground);stroke-width:3px}
svg.run text[text-anchor=start]{text-anchor:start}svg.run text[text-anchor=end]{text-anchor:end}
svg.run text.times{fill:var(--ink);font-size:10.5px;text-anchor:start;paint-order:stroke;stroke:var(--ground);stroke-width:3px}
.grid{stroke:var(--line);stroke-width:1;stroke-dasharray:1 4}
.ground{stroke:var(--quiet);stroke-width:1}
.hit{fill:transparent;stroke:var(--ring,none);stroke-width:2}
.ring{fill:transparent;stroke:var(--ring,none);stroke-width:2}
.listening,.primary,.draining{fill:var(--raised);stroke:var(--quiet);stroke-width:1}
.primary{fill:none;stroke:var(--line)}
.draining{fill:url(#hatch);stroke-dasharray:3 3}
.hatch{stroke:var(--quiet);stroke-width:1.5;opacity:.6}
.forked,.online{stroke:var(--quiet);stroke-width:2}
.forked{stroke-dasharray:1 5;stroke-linecap:round}.online{stroke-dasharray:6 3}
.born{fill:var(--quiet)}
.step{fill:none;stroke:var(--line)}
.c{fill:var(--c)}.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}.c6{fill:var(--c6)}
.names .c{color:var(--c)}.names .c0{color:var(--c0)}.names .c1{color:var(--c1)}.names .c2{color:var(--c2)}.names .c3{color:var(--c3)}.names .c4{color:var(--c4)}.names .c5{color:var(--c5)}.names .c6{color:var(--c6)}
.fault line{stroke:var(--quiet);stroke-width:1;stroke-dasharray:4 3}
.fault.hard line{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:none}
.fault line{pointer-events:stroke}
.halo{fill:none;stroke:var(--ground);stroke-width:6;stroke-linecap:round}
.stroke{fill:none;stroke:var(--bad);stroke-width:2.5;stroke-linecap:round}
.end{fill:none;stroke:var(--ink);stroke-width:2.25;stroke-linecap:round}
.thin{fill:none;stroke:var(--ink);stroke-width:1.25}
.hollow{fill:var(--ground);stroke:var(--ink);stroke-width:1.5}
.dot{fill:var(--ink)}
.solid{fill:var(--bad);stroke:var(--ground);stroke-width:1}.cut{fill:none;stroke:var(--ground);stroke-width:1.75}
.m{cursor:default}
.m:focus{outline:none}
.m:hover,.m:focus{--ring:var(--accent)}
.fault:hover line,.fault:focus line{stroke:var(--accent);stroke-width:3}
.fault:focus .name,.fault:hover .name{text-decoration:underline}
.steps{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem;margin:.4rem 0;padding:0;list-style:none;font-size:.875rem;color:var(--quiet)}
.key-list{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.5rem 0;padding:0;list-style:none;font-size:.8125rem;color:var(--quiet)}
.key-list li{display:flex;align-items:center;gap:.35rem}
.key-list svg{flex:none}
.tip{position:fixed;z-index:3;left:0;top:0;max-width:min(30rem,calc(100vw - 1rem));padding:.35rem .6rem;background:var(--ink);color:var(--ground);font-size:.875rem;line-height:1.4;border-radius:3px}
.twin{margin:.75rem 0}
summary{cursor:pointer;width:max-content}
.wide{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;font-size:.875rem;width:100%}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.15rem .75rem .15rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--quiet)}
td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}
@media (max-width:40rem){body{padding:1rem .75rem 3rem}.picture{grid-template-columns:6.25rem 40rem}.others li{grid-template-columns:1rem 1fr}.others .summary{grid-column:2}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}}
@media print{.others li{grid-template-columns:1rem minmax(0,15rem) 1fr}.scroll{overflow:visible}.picture{grid-template-columns:8rem 1fr}section{break-inside:auto}.tip,.target{display:none}svg.run{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
