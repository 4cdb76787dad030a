// What a page of the book does in the browser, each thing only where it can: without it there is the text, whole.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { copyButtons } from './copy.ts';
import { figures } from './figures.ts';
import { frames } from './frames.ts';
import { contentsDrawer, sectionInView } from './contents.ts';
import { lessonNews } from './lesson-news.ts';
import { predictions } from './predictions.ts';
import { printing } from './printing.ts';
import { searchDialog } from './search-dialog.ts';
import { themeSwitch } from './theme.ts';

export type { Id } from './element.ts';

themeSwitch();
contentsDrawer();
sectionInView();
copyButtons();
frames();
figures();
predictions();
searchDialog();
printing();
lessonNews();
