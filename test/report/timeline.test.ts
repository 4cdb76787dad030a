// What the timeline of a run shows, read from the page as it is written.
import { describe, expect, test } from 'vitest';
import type { Event, History } from '#history';
import type { CheckResult } from '#report';
import { ownersIn } from '../../runner/checker/owners.ts';
import { renderTimeline } from '../../runner/report/timeline/page.ts';
import {
  answers,
  ending,
  exit,
  fault,
  historyOf,
  lost,
  pidOf,
  range,
  received,
  request,
  sent,
  start,
  upAndListening,
  worker,
} from '../checker/history.ts';
import { broken, history, indexOf, result } from './timeline-run.ts';

interface Mark {
  readonly classes: string;
  readonly findings: string;
  readonly words: string;
}

function pageOf(run: CheckResult = result): string {
  return renderTimeline(run, ownersIn);
}

function runOf(...histories: History[]): CheckResult {
  return { ...result, findings: [], histories };
}

function marksOf(page: string, kind: string): Mark[] {
  return [...page.matchAll(/<g class="m ([^"]*)"[^>]*?(?: data-f="([^"]*)")? role="img"><title>([^<]*)<\/title>/g)]
    .map(([, classes = '', findings = '', words = '']) => ({ classes, findings, words }))
    .filter(({ classes }) => classes.split(' ').includes(kind));
}

describe('the lanes of a timeline', () => {
  test('are one for each generation, and tell each phase of a life with its moment', () => {
    const words = marksOf(pageOf(), 'lane').map((mark) => mark.words);
    expect(words).toHaveLength(4);
    expect(words[0]).toMatch(/^primary \(pid 1000\): started at 0\.000 s/);
    expect(words[1]).toBe(
      'worker 1 (pid 1001): forked at 0.010 s, online at 0.020 s, listening at 0.050 s, draining from 0.680 s, dead at 0.720 s (code 1); 101 requests answered',
    );
    expect(words[2]).toContain('dead at 0.300 s (SIGKILL); 100 requests answered');
    expect(words[3]).toContain('worker 3 (pid 1003): forked at 0.310 s, listening at 0.380 s; 30 requests answered');
  });

  test('end where the checker killed, also when the program was told late', () => {
    const late: Event[] = [
      { kind: 'disconnect', t: 310, worker: 1, pid: pidOf(1) },
      ...upAndListening(1),
      fault('SIGKILL', 1, 300),
      exit(1, 900),
      ...ending(1000),
    ];
    const [, lane] = marksOf(pageOf(runOf(historyOf(late))), 'lane');
    expect(lane?.words).toContain('listening at 0.050 s, dead at 0.300 s (SIGKILL, its exit told at 0.900 s)');
  });

  test('draw booting, listening and draining each in its own way', () => {
    const lane = /worker 1 \(pid 1001\):.*?<\/g>/s.exec(pageOf())?.[0] ?? '';
    const drawn = ['forked', 'online', 'listening', 'draining', 'c1', 'born'].filter((name) =>
      lane.includes(`class="${name}"`),
    );
    expect(drawn).toEqual(['forked', 'online', 'listening', 'draining', 'c1', 'born']);
    expect(lane).toContain('href="#died"');
  });

  test('say who never listened, and who listened elsewhere', () => {
    const elsewhere: Event = { kind: 'listening', t: 60, worker: 2, pid: pidOf(2), address: null, port: 8000 };
    const events = [start(2), ...worker(1, 10, null), ...worker(2, 11, null), elsewhere, ...ending(500)];
    const words = marksOf(pageOf(runOf(historyOf(events))), 'lane').map((mark) => mark.words);
    expect(words[1]).toContain('never listened');
    expect(words[2]).toContain('listened on port 8000 only');
  });

  test('show a process that no cluster.fork made', () => {
    const hello: Event = { kind: 'hello', t: 70, pid: 77, ppid: pidOf(1), role: 'other', worker: null, forked: true };
    const lanes = marksOf(pageOf(runOf(historyOf([...upAndListening(1), hello, ...ending(500)]))), 'lane');
    expect(lanes.map(({ words }) => words).at(-1)).toContain('no worker of the cluster; seen first at 0.070 s');
  });
});

describe('lost requests', () => {
  test('have their class, their worker and their cause, and are told from excused ones', () => {
    const page = pageOf();
    const [lostOne, ...more] = marksOf(page, 'lost');
    expect(more).toEqual([]);
    expect(lostOne?.words).toMatch(
      /^0\.701 s: request \d+, GET \/ \(visits\), closed unanswered: worker 1 \(pid 1001\) ended \(code 1\)$/,
    );
    const [excusedOne, ...others] = marksOf(page, 'excused');
    expect(others).toEqual([]);
    expect(excusedOne?.words).toMatch(
      /excused: request \d+, .* reset before its answer was whole: worker 2 \(pid 1002\) had it when the checker killed that worker$/,
    );
  });

  test('that a finding holds against the program are never excused', () => {
    const against = {
      ...broken,
      evidence: history.events.flatMap((event, i) => (event.kind === 'request' ? [i] : [])),
    };
    const page = pageOf({ ...result, findings: [against] });
    expect(marksOf(page, 'excused')).toEqual([]);
    expect(marksOf(page, 'lost').map(({ findings }) => findings)).toEqual(['2-4', '2-4']);
  });

  test('are accounted for: answered, lost, and what the clients left unfinished', () => {
    const unfinished = lost('unfinished', 300);
    const page = pageOf(runOf(historyOf([...history.events, unfinished], 'crashes')));
    expect(page).toContain('281 requests answered, 2 lost (1 excused), 1 still under way at the end');
  });

  test('are not those that went with the program when the checker ended it', () => {
    const page = pageOf(runOf(historyOf([...upAndListening(1), lost('reset', 499, { end: 502 }), ...ending(500)])));
    expect([...marksOf(page, 'lost'), ...marksOf(page, 'excused')]).toEqual([]);
    expect(page).toContain('0 requests answered, 0 lost, 1 still under way at the end');
  });

  test('are refused where no worker listened, and that is said', () => {
    const refused = lost('refused', 200, { conn: null });
    const page = pageOf(runOf(historyOf([start(1), ...worker(1, 10, null), refused, ...ending(500)])));
    expect(marksOf(page, 'lost')[0]?.words).toMatch(/refused: no worker listened$/);
    expect(page).toContain('<i>outside</i>');
  });
});

describe('messages', () => {
  test('are arrows, and unheard ones other arrows', () => {
    const page = pageOf();
    expect(marksOf(page, 'up').map(({ words }) => words)).toEqual([
      '0.221 s: 3 messages up of worker 1 arrived at primary (pid 1000)',
    ]);
    expect(marksOf(page, 'unheard-up').map(({ words }) => words)).toEqual([
      '0.501 s: 7 messages up of worker 3 arrived at primary (pid 1000), and no listener heard any',
    ]);
    expect(page).toContain('messages: 10 sent by the program, 10 arrived, 7 of them unheard; all shown');
  });

  test('are sampled where there are many, and it is said of how many', () => {
    const many = range(2000).flatMap((i) => [sent(1, 100 + i, 2), received(1, 100.5 + i, 2)]);
    const page = pageOf(runOf(historyOf([...upAndListening(1), ...many, ...ending(2500)])));
    const arrows = marksOf(page, 'up').length;
    const told =
      /4,000 sent by the program, 4,000 arrived, none of them unheard; too many for an arrow each: 1 of (\d+) is drawn \((\d+) of 2,000\)/;
    const [, oneOf = '', shown = ''] = told.exec(page) ?? [];
    expect(Number(shown)).toBe(arrows);
    expect(arrows).toBe(Math.ceil(2000 / Number(oneOf)));
    expect(arrows).toBeGreaterThan(50);
  });

  test('are not spoken of where the program sent none', () => {
    expect(pageOf(runOf(historyOf([...upAndListening(1), ...ending(500)])))).not.toContain('messages:');
  });
});

describe('a broken finding', () => {
  test('stands above the pictures with what was expected, observed and caused it, and where to read', () => {
    const page = pageOf();
    const top = page.slice(page.indexOf('id="findings"'), page.indexOf('<section'));
    for (const words of [broken.says, broken.expected, broken.observed, broken.cause, broken.read])
      expect(top).toContain(words);
    expect(top.indexOf(broken.says)).toBeLessThan(top.indexOf('a killed worker is replaced'));
  });

  test('leads to its evidence: lanes for lives, marks for requests, and the rows of the table', () => {
    const page = pageOf();
    expect(page).toContain('href="#evidence-2-4"');
    expect(page.split('id="evidence-2-4"')).toHaveLength(2);
    expect(page).toContain('section:has(#evidence-2-4:target) .m:not([data-f~="2-4"])');
    const pointed = ['lane', 'lost', 'excused'].map((kind) =>
      marksOf(page, kind).filter((mark) => mark.findings !== ''),
    );
    expect(pointed.map((marks) => marks.length)).toEqual([1, 1, 0]);
    expect(page.split('evidence of 2.4</b>').length).toBeGreaterThan(2);
  });

  test('has a mark for evidence that nothing else shows', () => {
    const answered = history.events.find((event) => event.kind === 'request' && event.outcome === 'answered');
    const page = pageOf({ ...result, findings: [{ ...broken, evidence: [indexOf(answered)] }] });
    expect(marksOf(page, 'witness')).toEqual([
      { classes: 'witness', findings: '2-4', words: expect.stringContaining('answered 200, in the name of worker 1') },
    ]);
  });

  test('may point at what was found after the end', () => {
    const gone = historyOf([...upAndListening(1), ...ending(500, [77])]);
    const evidence = [gone.events.findIndex((event) => event.kind === 'left')];
    const finding = { ...broken, id: '0.6', scenario: gone.scenario, evidence };
    const page = pageOf({ ...result, findings: [finding], histories: [gone] });
    expect(marksOf(page, 'witness')[0]?.words).toContain('these were left: 77');
    expect(marksOf(page, 'fault')[0]?.words).toContain('the checker ended the program (SIGKILL)');
  });
});

test('throughput is told by process and by span of time, and adds up', () => {
  const buckets = marksOf(pageOf(), 'bucket').map(({ words }) => words);
  expect(buckets.length).toBeGreaterThan(5);
  const sums = buckets.map((words) => Number(/: ([\d,]+) requests? answered/.exec(words)?.[1]?.replaceAll(',', '')));
  const all = sums.reduce((sum, each) => sum + each, 0);
  expect(Math.abs(all - 281)).toBeLessThanOrEqual(buckets.length / 2);
  expect(buckets.join()).toContain('not told by process');
});

test('faults are lines with names that do not stand on each other', () => {
  const page = pageOf();
  expect(marksOf(page, 'fault').map(({ words }) => words)).toEqual([
    '0.300 s: SIGKILL → worker 2 (pid 1002), which had 1 request in hand',
  ]);
  expect(page).toContain('>SIGKILL · worker 2</text>');
});

test('the same in words: every mark has its row, in order of time', () => {
  const page = pageOf();
  const rows = [...page.matchAll(/<tr[^>]*><td>([\d.]+) s<\/td><td>([^]*?)<\/td><\/tr>/g)].map(([, t, words]) => ({
    t: Number(t),
    words,
  }));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.map(({ t }) => t)).toEqual(rows.map(({ t }) => t).toSorted((a, b) => a - b));
  for (const kind of ['lost', 'excused', 'up', 'unheard-up', 'error', 'fault']) {
    const [mark] = marksOf(page, kind);
    expect(
      rows.some(({ words }) => words?.includes(mark?.words.replace(/^[\d.]+ s: /, '') ?? '?')),
      kind,
    ).toBe(true);
  }
  for (const words of ['worker 3 was forked', 'worker 1 began to drain', 'worker 2 was dead: SIGKILL'])
    expect(
      rows.some((row) => row.words?.includes(words)),
      words,
    ).toBe(true);
});

describe('whatever a program prints', () => {
  const evil = '</title></style></script><img src=x onerror=alert(1)>"\'&\u001b[2J\u202e';

  test('is text: no markup, nothing that a terminal obeys, nothing that turns the writing round', () => {
    const events = [
      ...upAndListening(1),
      request(1, 200, { path: evil, stream: evil, body: evil }),
      lost('reset', 210, { path: `${evil}2`, stream: evil }),
      { kind: 'uncaught', t: 220, pid: pidOf(1), error: evil, stack: evil } as const,
      { kind: 'step', t: 230, name: evil } as const,
      { ...sent(1, 240), sample: evil } as Event,
      ...ending(500),
    ];
    const evilRun = { ...historyOf(events, evil), file: evil };
    const evidence = evilRun.events.map((_, index) => index);
    const finding = { ...broken, scenario: evil, evidence, says: evil, observed: evil, cause: evil, read: evil };
    const page = pageOf({ ...result, file: evil, findings: [finding], histories: [evilRun] });
    expect(page.split('onerror').length).toBeGreaterThan(8);
    expect(page).not.toContain('<img');
    expect(page.split('</script>')).toHaveLength(2);
    expect(page.split('</style>')).toHaveLength(2);
    expect(page).not.toContain('\u001b');
    expect(page).not.toContain('\u202e');
  });
});

describe('a flood', () => {
  const page = pageOf({
    ...result,
    findings: [{ ...broken, scenario: 'flood', evidence: range(5000, 3000) }],
    histories: ['flood', 'another', 'a third', 'a fourth'].map((name) => flood(name)),
  });

  function flood(name: string): History {
    const events = range(60).flatMap((i) => worker(i + 1, 20 + i, 60 + i));
    const losses = range(20_000).map((i) =>
      lost(i % 3 === 0 ? 'reset' : 'hanging', 200 + i / 4, { stream: `s${i % 50}` }),
    );
    const messages = range(20_000).map((i) => received((i % 60) + 1, 200 + i / 4, 3, i % 2));
    const counted = range(2000).map((i) => answers((i % 60) + 1, 200 + i, 100));
    const errors = range(3000).map((i): Event => ({
      kind: 'uncaught',
      t: 300 + i,
      pid: pidOf((i % 60) + 1),
      error: `${'x'.repeat(9999)}${i}`,
      stack: '',
    }));
    return historyOf([start(2), ...events, ...losses, ...messages, ...counted, ...errors, ...ending(5500)], name);
  }

  test('is drawn in a file of bounded size', () => {
    expect(page.length).toBeLessThan(300_000);
    expect(marksOf(page, 'lost').length).toBeGreaterThan(10);
    expect(marksOf(page, 'lane')).toHaveLength(4 * 16);
  });

  test('is drawn with what was left out told', () => {
    expect(page).toContain('45 processes without a lane');
    expect(page).toMatch(/[\d,]+ errors and witnesses without a mark/);
    expect(page).toContain('200,000 requests answered');
    expect(page).toContain('20,000 lost');
  });
});

describe('a run that nothing is known of', () => {
  test('has a page all the same', () => {
    expect(pageOf(runOf({ ...history, events: [] }))).toContain('No program was started');
    expect(pageOf(runOf())).toContain('No program was started');
    expect(pageOf(runOf(historyOf([start(1)])))).toContain('nothing was answered');
  });
});

test('the page asks for nothing, and lets no other script run than its own', () => {
  const page = pageOf();
  expect(page).toMatch(/default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'unsafe-inline'/);
  expect(page).not.toMatch(/(?:src|href)="(?!#)/);
  expect(page).not.toMatch(/https?:/);
});
