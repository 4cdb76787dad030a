// Code and tables wider than the page are moved within a frame of their own. Only those are a stop for the Tab key.

export function frames(): void {
  const all = [...document.querySelectorAll<HTMLElement>('.code pre, .wide')];
  const look = () => {
    for (const frame of all) {
      if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
      else frame.removeAttribute('tabindex');
    }
  };
  look();
  addEventListener('resize', look);
}
