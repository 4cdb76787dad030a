// The public face of the live page: what serves it, what gathers for it, and what it is told.
export type { Board, ClassLesson, ClassOptions, Report } from './class.ts';
export { type Counted, createGatherer, type Gatherer, type GathererOptions, type Moment } from './gather.ts';
export { openReplay, type Replay, type ReplayOptions } from './replay.ts';
export { type LiveOptions, serveLive, type Serving } from './serve.ts';
export type * from './show.ts';
