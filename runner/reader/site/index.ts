// The public face of the site. Apart from the reader's, since most commands print a text and never make a site.
export { allPages, type Book, type Page, readBook } from './book.ts';
export { buildSite, type Site, writeSite } from './build.ts';
export type { LastRun, News, ShownFinding, Standing } from './news.ts';
export { openPredicting, type Predicting } from './predictions-serve.ts';
export { serveSite, type Serving } from './serve.ts';
