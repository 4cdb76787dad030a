// The key that this page was opened with. It came in the address, behind the #; this tab remembers it, so that the page can
// be loaded again, and a class that reads the address bar cannot read the key.

/** Null where the page has none. Pages of one server have keys of their own. */
export function takeKey(page: 'live' | 'class'): string | null {
  // an address that differs behind the # alone does not load the page anew
  addEventListener('hashchange', () => {
    if (keyIn(location.hash) !== null) location.reload();
  });
  const brought = keyIn(location.hash);
  if (brought === null) return recall(page);
  if (remember(page, brought)) history.replaceState(null, '', location.pathname);
  return brought;
}

export const NO_KEY =
  'This page has no key yet: open the whole address that the command printed, with what follows the #.';

function keyIn(hash: string): string | null {
  return /^#key=([\w-]+)$/.exec(hash)?.[1] ?? null;
}

function recall(page: string): string | null {
  try {
    return sessionStorage.getItem(`${page}-key`);
  } catch {
    return null;
  }
}

/** Where nothing may be remembered, the address keeps it. */
function remember(page: string, key: string): boolean {
  try {
    sessionStorage.setItem(`${page}-key`, key);
    return true;
  } catch {
    return false;
  }
}
