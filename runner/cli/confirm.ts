// Asks a person before something that is not easily taken back.
import { DONE, WRONG_USAGE } from './exit.ts';
import { interactive, type Surroundings } from './surroundings.ts';

/** Null where it may go on, else the exit code. Without a terminal nobody can be asked, and only `--yes` goes on. */
export async function confirm(
  question: string,
  yes: boolean | undefined,
  withYes: string,
  surroundings: Surroundings,
): Promise<number | null> {
  if (yes) return null;
  if (!interactive(surroundings)) {
    surroundings.stderr.write(`${question} There is no terminal to answer in.\n  next  ${withYes}\n`);
    return WRONG_USAGE;
  }
  const answer = await ask([{ type: 'confirm', name: 'go', message: question, default: false }]);
  return answer?.go ? null : DONE;
}

type Questions = readonly [
  | { readonly type: 'confirm'; readonly name: 'go'; readonly message: string; readonly default: boolean }
  | {
      readonly type: 'select';
      readonly name: 'go';
      readonly message: string;
      readonly choices: readonly { name: string; value: string }[];
      readonly default: string;
      readonly pageSize: number;
      readonly loop: boolean;
    }
  | {
      readonly type: 'input';
      readonly name: 'go';
      readonly message: string;
      /** What is wrong with it, or true. */
      readonly validate: (text: string) => true | string;
    },
];

/** The answer, or null where Ctrl-C was the answer. */
export async function ask(questions: Questions): Promise<{ go: boolean | string } | null> {
  const { default: inquirer } = await import('inquirer');
  try {
    return await inquirer.prompt<{ go: boolean | string }>([...questions]);
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return null;
    throw error;
  }
}
