// What answers the predictions of lesson 8: what is run, and what its history says.
import { livesOf, of, type History } from '#history';
import type { Experiments } from '#workbook';

function requestsOf(history: History, stream: string) {
  return of(history, 'request').filter((request) => request.stream === stream);
}

export const experiments: Experiments = {
  'three-failures': {
    scenario: {
      name: 'three failures',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('asking for three kinds of failures');
        for (let i = 0; i < 5; i += 1) await stage.ask('/boom', { stream: 'failing' });
        for (let i = 0; i < 5; i += 1) await stage.ask('/reject', { stream: 'failing' });
        await stage.ask('/crash', { stream: 'failing' });
        const replaced = () => stage.lives.length > 2 && stage.listening().length === 2;
        await stage.until('as many listen as before', replaced, { limit: 8000 });
        stage.mark('over');
      },
    },
    answer(history) {
      const over = of(history, 'mark').find(({ name }) => name === 'over');
      if (over === undefined || requestsOf(history, 'failing').length < 11) return null;
      const ended = livesOf(history).filter(({ exited }) => exited !== null && exited < over.t);
      return { value: ended.length, seen: `pid ${ended.map(({ pid }) => pid).join(', ')}, after GET /crash` };
    },
  },

  'under-way': {
    scenario: {
      name: 'under way',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const workers = await stage.reach(6, '/');
        const [pid = 0] = workers.pids;
        stage.step('asking for an exception with five requests under way');
        const slow = Array.from({ length: 5 }, () =>
          workers.ask(pid, '/slow?ms=1500', { stream: 'slow', dueIn: 1500 }),
        );
        await stage.rest(100);
        await workers.ask(pid, '/crash', { stream: 'crash' });
        await Promise.all(slow);
      },
    },
    answer(history) {
      const slow = requestsOf(history, 'slow');
      const [crash] = requestsOf(history, 'crash');
      if (slow.length < 5 || crash === undefined || slow.some(({ t, end }) => t > crash.t || end < crash.end))
        return null;
      const answered = slow.filter(({ outcome }) => outcome === 'answered');
      return { value: answered.length, seen: `by pid ${slow[0]?.before}, which had the exception` };
    },
  },

  'unasked-callback': {
    scenario: {
      name: 'a callback',
      cores: 3,
      occupied: true,
      ending: 'SIGKILL',
      async play(stage) {
        stage.step('starting it while its port is taken');
        await stage.comeToRest(8000);
        stage.mark('over');
      },
    },
    answer(history) {
      if (!of(history, 'mark').some(({ name }) => name === 'over')) return null;
      const text = of(history, 'output').map((event) => event.text);
      const said = text.join('').split('listening on port').length - 1;
      const listening = livesOf(history).filter((life) => life.listening !== null).length;
      return { value: said, seen: `${listening} of them really listen` };
    },
  },

  remembers: {
    scenario: {
      name: 'remembers',
      cores: 4,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('logging in, and asking eight times');
        await stage.ask('/login/ada', { method: 'POST', stream: 'login' });
        for (let i = 0; i < 8; i += 1) await stage.ask('/me/ada', { stream: 'me' });
      },
    },
    answer(history) {
      const asked = requestsOf(history, 'me').filter(({ outcome }) => outcome === 'answered');
      if (asked.length < 8 || requestsOf(history, 'login')[0]?.status !== 200) return null;
      const known = asked.filter(({ body }) => body?.startsWith('you are logged in'));
      return { value: known.length, seen: 'in a worker that was asked to log in, and in no other' };
    },
  },
};
