// The public face of the reports.
export { type JsonResult, obstacleToJson, RESULT_SCHEMA, toJson } from './json.ts';
export { obstacleToJunit, toJunit } from './junit.ts';
export { renderLanes } from './lanes.ts';
export { count, duration } from './numbers.ts';
export type { CheckResult, Obstacle, TypeProblem } from './result.ts';
export * as shapes from './timeline/shapes.ts';
export { renderFinding, renderFindingLine, renderHeader, renderObstacle, renderResult } from './terminal.ts';
