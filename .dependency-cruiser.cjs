// The architecture as rules: who may import whom. `npm run arrows` checks them, and test/architecture.test.ts proves
// that each of them bites. A comment says why an arrow must not be; the layout itself is told in CONTRIBUTING.md.

/** Files that a learner writes or reads as a program of its own; they are run, never imported. */
const PROGRAMS = '^(lessons/[^/]+/(exercise|starter|predictions/[^/]+)|solutions/[^/]+)[.][cm]?[jt]s$';

/** What a lesson gives to its programs by a name, such as `#app`; a larger one has its parts in a folder of that name. */
const GIVEN = Object.values(require('./package.json').imports)
  .filter((file) => file.startsWith('./lessons/'))
  .flatMap((file) => [`^${file.slice(2)}$`, `^${file.slice(2).replace('.ts', '/')}`]);

/** What is run by name: the verbs, the checkers, and what the harness starts as a process or preloads into one. */
const ENTRY_POINTS = [
  '^runner/cli/',
  '^lessons/[^/]+/(check|lesson|predictions)[.]ts$',
  '^runner/harness/probe/probe[.]ts$',
  '^runner/harness/guard-process[.]ts$',
  '^runner/harness/pressure-process[.]cjs$',
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const layers = [
  {
    name: 'cli-is-on-top',
    comment: 'The command line puts the parts together; a part that needs it cannot be used or tested without it.',
    from: { pathNot: '^(runner/cli|test)/' },
    to: { path: '^runner/cli/' },
  },
  {
    name: 'checks-use-two-doors',
    comment:
      "A lesson's check.ts reads like the contract: #harness to do, #checker to judge, and the lesson's own files.",
    from: { path: '^lessons/([^/]+)/check[.]ts$' },
    to: { pathNot: ['^runner/(harness|checker)/index[.]ts$', '^lessons/$1/'] },
  },
  {
    name: 'own-properties-are-pure',
    comment:
      "What a lesson's check.ts judges with, in files beside it, is as pure as the checker: #checker, #history, and the lesson's own files.",
    from: {
      path: '^lessons/([^/]+)/',
      pathNot: ['^lessons/[^/]+/(check|lesson|predictions)[.]ts$', PROGRAMS, ...GIVEN],
    },
    to: { pathNot: ['^runner/checker/index[.]ts$', '^runner/harness/history[.]ts$', '^lessons/$1/'] },
  },
  {
    name: 'experiments-run-and-read',
    comment:
      "A lesson's predictions.ts runs with #harness and reads what came of it with #history; what it tells is no verdict.",
    from: { path: '^lessons/([^/]+)/predictions[.]ts$' },
    to: { pathNot: ['^runner/harness/(index|history)[.]ts$', '^runner/workbook/index[.]ts$', '^lessons/$1/'] },
  },
  {
    name: 'lesson-data-knows-workbook-only',
    comment: 'lesson.ts is data: it is listed, searched and printed without anything else being loaded.',
    from: { path: '^lessons/[^/]+/lesson[.]ts$' },
    to: { pathNot: '^runner/workbook/index[.]ts$' },
  },
  {
    name: 'lesson-data-runs-nothing',
    comment:
      'lesson.ts may borrow a type; whatever it imported beyond that would cost every command its start-up time.',
    from: { path: '^lessons/[^/]+/lesson[.]ts$' },
    to: { path: '^runner/workbook/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'programs-stand-alone',
    comment:
      'An exercise, starter or solution is a program that a learner can carry away: only node:*, packages, and what its lesson gives.',
    from: { path: [PROGRAMS, ...GIVEN] },
    to: { pathNot: ['(^|/)node_modules/', ...GIVEN], dependencyTypesNot: ['core'] },
  },
  {
    name: 'what-is-given-has-a-name',
    comment: 'Wherever a program lies, it finds what its lesson gives by its name (#app), not by a path.',
    from: { pathNot: ['^test/', ...GIVEN] },
    to: { path: GIVEN, dependencyTypesNot: ['aliased-subpath-import'] },
  },
  {
    name: 'programs-are-run-not-imported',
    comment: 'Importing a program would fork its workers inside of the importer.',
    from: { pathNot: '^test/' },
    to: { path: PROGRAMS },
  },
  {
    name: 'lessons-are-found-not-named',
    comment:
      'The workbook finds lessons by their folders; a runner that names one must be changed for every new lesson.',
    from: { path: '^runner/' },
    to: { path: '^(lessons|solutions)/' },
  },
  {
    name: 'tests-are-not-imported',
    comment: 'What tests need is not part of the product.',
    from: { path: '^(runner|lessons|solutions)/' },
    to: { path: '^test/' },
  },
  {
    name: 'history-is-plain',
    comment: 'Everybody reads the history, so it brings nothing with it.',
    from: { path: '^runner/harness/history[.]ts$' },
    to: {},
  },
  {
    name: 'checker-is-pure',
    comment:
      'A verdict is a function of the history alone: no node:*, no packages, nothing of the harness but the history.',
    from: { path: '^runner/checker/' },
    to: { pathNot: ['^runner/checker/', '^runner/harness/history[.]ts$'] },
  },
  {
    name: 'harness-does-not-judge',
    comment: 'The harness does and records; it knows no lesson, no verdict and no terminal.',
    from: { path: '^runner/harness/' },
    to: { path: '^(runner|lessons|solutions|test)/', pathNot: '^runner/harness/' },
  },
  {
    name: 'probe-travels-light',
    comment:
      "The probe is loaded into every process of a learner's program: node:* and the files beside it, nothing else.",
    from: { path: '^runner/harness/probe/' },
    to: { pathNot: '^runner/harness/(probe/|history[.]ts$)', dependencyTypesNot: ['core'] },
  },
  {
    name: 'probe-takes-types-alone',
    comment: 'What the history and the messages have in common is a type, which is gone before the probe travels.',
    from: { path: '^runner/harness/probe/' },
    to: { path: '^runner/harness/history[.]ts$', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'probe-is-preloaded-not-imported',
    comment: 'The probe acts when it is loaded; from outside, only its messages may be imported.',
    from: { pathNot: '^(runner/harness/probe|test)/' },
    to: { path: '^runner/harness/probe/', pathNot: '^runner/harness/probe/messages[.]ts$' },
  },
  {
    name: 'views-read-history-only',
    comment: 'A report or a live page shows what was recorded; with the harness in hand it could show something else.',
    from: { path: '^runner/(report|live)/' },
    to: { path: '^runner/harness/', pathNot: '^runner/harness/history[.]ts$' },
  },
  {
    name: 'views-do-not-judge',
    comment: 'A report or a live page prints the verdict that it is given: of the checker it knows the types.',
    from: { path: '^runner/(report|live)/' },
    to: { path: '^runner/checker/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'texts-do-not-run-programs',
    comment: 'Lessons, progress and chapters are shown without a harness or a checker being loaded; types are free.',
    from: { path: '^runner/(workbook|reader)/' },
    to: { path: '^runner/(harness|checker)/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'folders-meet-at-their-doors',
    comment:
      'Between folders, imports go by the names in package.json (#harness, #checker, …), so that a folder can be rearranged.',
    from: { path: '^(?:runner|lessons)/([^/]+)/', pathNot: '^runner/cli/' },
    to: { path: '^runner/', pathNot: '^runner/$1/', dependencyTypesNot: ['aliased-subpath-import'] },
  },
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const soundness = [
  {
    name: 'no-cycle',
    comment: 'Modules that need each other are one module, or there is a third one in them.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphan',
    comment: 'A file that imports nothing and that nobody imports is forgotten, unless it is run by itself.',
    from: { orphan: true, pathNot: ['^[^/]+$', '[.]d[.][cm]?ts$', PROGRAMS, ...ENTRY_POINTS] },
    to: {},
  },
  {
    name: 'no-dead-module',
    comment: 'Whatever is in the runner serves a command, a checker, or a process that the harness starts.',
    from: { path: ENTRY_POINTS },
    to: { path: '^runner/', pathNot: ENTRY_POINTS, reachable: false },
  },
  {
    name: 'no-unresolved',
    comment: 'The import leads nowhere. recluster is installed beside the project when solutions are compared with it.',
    from: { pathNot: '^test/soak/apps/recluster[.]cjs$' },
    to: { couldNotResolve: true },
  },
  {
    name: 'no-undeclared-package',
    comment:
      'A package that is only there because another one needs it goes when that one changes its mind: declare it.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-dev-package-at-run-time',
    comment: 'What a command, a lesson or a solution needs belongs to dependencies.',
    from: { path: '^(runner|lessons|solutions)/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layers, ...soundness].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // Specimens are other people's programs, good and bad; they import what they like.
    exclude: { path: '^test/specimens/' },
    doNotFollow: { path: '(^|/)node_modules/' },
    moduleSystems: ['es6', 'cjs'],
    // Imports of types are arrows too.
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
