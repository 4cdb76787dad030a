// Markdown as a tree. markdown-it is loaded when the first text is read, so that nobody waits for it who reads none.
import type MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

export interface Node {
  readonly type: string;
  readonly tag: string;
  readonly text: string;
  /** Language of a code block, target of a link or picture, or first number of a list. */
  readonly info: string;
  readonly children: readonly Node[];
}

let parser: MarkdownIt | undefined;

export async function parseMarkdown(markdown: string): Promise<Node[]> {
  parser ??= await newParser();
  return tree(parser.parse(markdown, {}));
}

/** A parser of one's own, to give it rules; it reads Markdown exactly as every other reader here. */
export async function newParser(): Promise<MarkdownIt> {
  return new (await import('markdown-it')).default({ html: true });
}

/** The words alone, as a reader sees them. */
export function plainText(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'softbreak' || node.type === 'hardbreak') return ' ';
      return node.type === 'html_inline' ? '' : node.text + plainText(node.children);
    })
    .join('');
}

// markdown-it gives a flat list in which `x_open` and `x_close` enclose what is within.
function tree(tokens: readonly Token[]): Node[] {
  const top: Node[] = [];
  const open: { children: Node[] }[] = [{ children: top }];
  for (const token of tokens) {
    if (token.nesting === -1) {
      open.pop();
      continue;
    }
    const children = token.children ? tree(token.children) : [];
    const node = {
      type: token.type.replace(/_open$/, ''),
      tag: token.tag,
      text: token.type === 'inline' || token.type === 'image' ? '' : token.content,
      info: token.attrGet('href') ?? token.attrGet('src') ?? token.attrGet('start') ?? token.info.trim(),
      children,
    };
    open.at(-1)?.children.push(node);
    if (token.nesting === 1) open.push(node);
  }
  return top;
}
