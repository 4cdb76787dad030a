// What runs in the page: marks tell themselves when pointed at, arrow keys go from one to the next. Without it their
// titles, the links and the tables are there all the same.
import { createHash } from 'node:crypto';

export const SCRIPT = `(() => {
const tip = document.createElement('div');
tip.className = 'tip';
tip.hidden = true;
tip.setAttribute('aria-hidden', 'true');
document.body.append(tip);
const show = (mark, x, y) => {
  tip.textContent = mark.getAttribute('aria-label');
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const room = document.documentElement.clientWidth - width - 8;
  tip.style.transform = 'translate(' + Math.max(8, Math.min(x - width / 2, room)) + 'px,' + (y - height - 14 < 8 ? y + 18 : y - height - 14) + 'px)';
};
const hide = () => { tip.hidden = true; };
const placeOf = (mark) => {
  const shape = mark.querySelector('use, .hit, line') || mark;
  const box = (mark.classList.contains('lane') ? mark.querySelector('.hit') : shape).getBoundingClientRect();
  return { x: box.left + box.width / 2, left: box.left, y: box.top };
};
const step = (marks, from, key) => {
  const row = Number(from.dataset.row);
  const here = placeOf(from);
  if (key === 'Home' || key === 'End') {
    const own = marks.filter((each) => each.dataset.row === from.dataset.row);
    return key === 'Home' ? own[0] : own.at(-1);
  }
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const own = marks.filter((each) => each.dataset.row === from.dataset.row);
    return own[own.indexOf(from) + (key === 'ArrowRight' ? 1 : -1)];
  }
  const rows = [...new Set(marks.map((each) => Number(each.dataset.row)))].sort((a, b) => a - b);
  const next = rows[rows.indexOf(row) + (key === 'ArrowDown' ? 1 : -1)];
  const there = marks.filter((each) => Number(each.dataset.row) === next);
  const far = (each) => Math.abs(placeOf(each).left - here.left);
  return there.sort((a, b) => far(a) - far(b))[0];
};
for (const svg of document.querySelectorAll('svg.run')) {
  const all = [...svg.querySelectorAll('.m')];
  for (const mark of all) {
    const title = mark.querySelector('title');
    mark.setAttribute('aria-label', title.textContent);
    title.remove();
    mark.setAttribute('tabindex', '-1');
  }
  const marks = all.map((mark) => [mark, placeOf(mark).left]).sort((a, b) => a[1] - b[1]).map(([mark]) => mark);
  let current = marks[0];
  current?.setAttribute('tabindex', '0');
  // on the frame: an svg that listens for focus becomes a place for it in some browsers
  const frame = svg.parentElement;
  const markOf = (event) => event.target.closest?.('.m');
  frame.addEventListener('pointermove', (event) => {
    const mark = markOf(event);
    if (mark) show(mark, event.clientX, event.clientY); else hide();
  });
  frame.addEventListener('pointerleave', hide);
  frame.addEventListener('focusin', (event) => {
    const mark = markOf(event);
    if (!mark) return;
    current?.setAttribute('tabindex', '-1');
    current = mark;
    current.setAttribute('tabindex', '0');
    const { x, y } = placeOf(mark);
    show(mark, x, y);
  });
  frame.addEventListener('focusout', hide);
  frame.addEventListener('keydown', (event) => {
    const mark = markOf(event);
    if (!mark || !['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    step(marks, mark, event.key)?.focus();
  });
}
addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
// going to a mark may move the page under it
addEventListener('scroll', () => {
  const mark = document.activeElement?.closest('.m');
  if (!mark || tip.hidden) return hide();
  const { x, y } = placeOf(mark);
  show(mark, x, y);
}, true);
const follow = () => {
  const target = /^#evidence-[\\w-]+$/.test(location.hash) && document.querySelector(location.hash);
  if (!target) return;
  const slug = location.hash.slice('#evidence-'.length);
  const first = target.closest('section').querySelector('.m[data-f~="' + slug + '"]:not(.lane)') || target.closest('section').querySelector('.m[data-f~="' + slug + '"]');
  first?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: 'nearest', inline: 'center' });
  target.scrollIntoView({ block: 'start' });
};
addEventListener('hashchange', follow);
follow();
addEventListener('beforeprint', () => { for (const each of document.querySelectorAll('details')) each.open = true; });
})();`;

/** For the page's policy: this script may run, and no other. */
export const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');
