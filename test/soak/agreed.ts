// What those who start a program and what is preloaded into it agree on.

/** So many cores a program is told of. */
export const CORES = 2;
/** Beside the preload: as many bytes as workers have begun to boot. */
export const BOOTED = 'booted';
/** Beside the preload: how workers boot. */
export const BOOTS = 'boots.json';
