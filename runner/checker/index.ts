// The checker's public face: findings, the verdict, and the properties that lessons are made of.
export type { Finding, Opinion, Property, Status, Verdict } from './finding.ts';
export { broken, holds, unknown } from './finding.ts';
export { judgeable, judgeAll, verdictOf } from './judge.ts';
export * from './properties/answers.ts';
export * from './properties/balance.ts';
export * from './properties/counters.ts';
export * from './properties/ending.ts';
export * from './properties/forking.ts';
export * from './properties/replacement.ts';
export * from './properties/restart.ts';
