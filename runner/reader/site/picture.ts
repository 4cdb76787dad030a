// SVG pictures become part of the page: they follow its theme, their text can be found and read out, and nothing is loaded.
// Their names and styles are made their own, since a page has one space for the names and styles of everything on it.

/** What is no picture but a program, or would load something. */
const FORBIDDEN =
  /<script|<foreignObject|\son[a-z]+\s*=|(?:href|src)\s*=\s*["'](?!#|data:image\/)|@import|url\(\s*["']?(?!#|data:image\/)/i;

export type Inlined = { readonly svg: string } | { readonly why: string };

/** `name` is a prefix that nothing else on the page has: letters, digits and `-`. `words` say what is to be seen, in place of its own. */
export function inlineSvg(svg: string, name: string, words: string): Inlined {
  const bare = svg.replace(/<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--[\s\S]*?-->/g, '').trim();
  const opened = /^<svg\b[^>]*>/.exec(bare)?.[0];
  if (opened === undefined || !bare.endsWith('</svg>')) return { why: 'it is not one <svg> element' };
  const forbidden = FORBIDDEN.exec(bare)?.[0];
  if (forbidden !== undefined) return { why: `\`${forbidden.trim()}\` has no place in a picture` };
  const inside = bare
    .slice(opened.length)
    .replace(/(<style[^>]*>)([\s\S]*?)(<\/style>)/g, (_whole, open: string, css: string, close: string) => {
      const plain = css.replace(/<!\[CDATA\[|\]\]>/g, '');
      return `${open}${scopeCss(ownMotion(plain, name), `#${name}`)}${close}`;
    });
  return { svg: ownNames(`${ownHead(opened, name, words)}${inside}`, name).replace(/\n\s*\n/g, '\n') };
}

// Without words from outside its own `<title>` and `<desc>` say what is to be seen.
function ownHead(opened: string, name: string, words: string): string {
  const others =
    words === ''
      ? /\s(?:id|xmlns)\s*=\s*(?:"[^"]*"|'[^']*')/g
      : /\s(?:id|role|aria-[a-z]+|xmlns)\s*=\s*(?:"[^"]*"|'[^']*')/g;
  const label = words === '' ? '' : ` role="img" aria-label="${words}"`;
  return opened.replace(others, '').replace(/^<svg/, `<svg id="${name}"${label}`);
}

/** Motions have names too, and those of two pictures must not meet. */
function ownMotion(css: string, name: string): string {
  const motions = new Set([...css.matchAll(/@keyframes\s+([\w-]+)/g)].map(([, motion = '']) => motion));
  if (motions.size === 0) return css;
  const own = (words: string) => words.replace(/[\w-]+/g, (word) => (motions.has(word) ? `${name}-${word}` : word));
  return css
    .replace(/@keyframes\s+[\w-]+/g, (head) => own(head))
    .replace(/(animation(?:-name)?\s*:)([^;}]*)/g, (_whole, property: string, value: string) => property + own(value));
}

function ownNames(svg: string, name: string): string {
  return svg
    .replace(/\sid="([^"]+)"/g, (whole, id: string) => (id === name ? whole : ` id="${name}-${id}"`))
    .replace(/url\(\s*["']?#([^"')]+)["']?\s*\)/g, (_whole, id: string) => `url(#${name}-${id})`)
    .replace(/(href)="#([^"]+)"/g, (_whole, attribute: string, id: string) => `${attribute}="#${name}-${id}"`)
    .replace(/(aria-(?:labelledby|describedby|controls))="([^"]+)"/g, (_whole, attribute: string, ids: string) => {
      const own = ids.split(/\s+/).map((id) => `${name}-${id}`);
      return `${attribute}="${own.join(' ')}"`;
    });
}

/**
 * The rules of a style sheet, for what is below `scope` only. A rule for the dark scheme also holds where the reader chose
 * dark on the page (`data-theme` on the root element), and not where the reader chose light.
 */
export function scopeCss(css: string, scope: string): string {
  return rulesIn(css.replace(/\/\*[\s\S]*?\*\//g, ''))
    .map((rule) => scopeRule(rule, scope))
    .join(' ');
}

interface Rule {
  readonly head: string;
  readonly body: string;
}

function scopeRule({ head, body }: Rule, scope: string): string {
  const scheme = /^@media\s*\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)$/.exec(head)?.[1];
  if (scheme !== undefined) {
    const other = scheme === 'dark' ? 'light' : 'dark';
    return [
      `${head} { ${scopeCss(body, `:root:not([data-theme=${other}]) ${scope}`)} }`,
      scopeCss(body, `:root[data-theme=${scheme}] ${scope}`),
    ].join(' ');
  }
  if (/^@(media|supports|container|layer)/.test(head)) return `${head} { ${scopeCss(body, scope)} }`;
  if (head.startsWith('@')) return `${head} {${body}}`;
  const selectors = head.split(',').map((selector) => scopeSelector(selector.trim(), scope));
  return `${selectors.join(', ')} {${body}}`;
}

function scopeSelector(selector: string, scope: string): string {
  const own = selector.replace(/^(?::root|svg)(?![\w-])/, '');
  return own === selector ? `${scope} ${selector}` : `${scope}${own}`;
}

/** The outermost rules; what stands in braces is left as it is. */
function rulesIn(css: string): Rule[] {
  const rules: Rule[] = [];
  let depth = 0;
  let begin = 0;
  let head = '';
  for (let at = 0; at < css.length; at++) {
    if (css[at] === '{' && depth++ === 0) {
      head = css.slice(begin, at).trim();
      begin = at + 1;
    } else if (css[at] === '}' && --depth === 0) {
      rules.push({ head, body: css.slice(begin, at) });
      begin = at + 1;
    }
  }
  return rules;
}
