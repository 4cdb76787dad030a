// The application of lesson 8: given, and not to be changed. It knows nothing of clusters, logs nothing, and listens
// nowhere; `import { app } from '#app'` gives it to any program that is to serve it.
import express, { type ErrorRequestHandler } from 'express';

export const app = express();

app.get('/', (_request, response) => {
  response.type('text/plain').send(hello());
});

app.get('/slow', (request, response) => {
  setTimeout(() => response.type('text/plain').send(hello()), Number(request.query.ms));
});

// What an application remembers between two requests is in one process only. This one remembers nothing: where its
// items are kept is the subject of lesson 9.
app.get('/items/:id', (request, response) => {
  const { id } = request.params;
  response.json({ id, name: `item ${id}` });
});

app.post('/items', express.json(), (request, response) => {
  response.status(201).json({ created: request.body });
});

// Three ways to fail. Express turns the first two into a call of the error handler below; the third one is out of its
// hands, since no request waits for that function any more.
app.get('/boom', () => {
  throw new Error('thrown by a handler');
});

app.get('/reject', async () => {
  throw new Error('the promise of a handler is rejected');
});

app.get('/crash', (_request, response) => {
  response.once('finish', () => setTimeout(failOutsideOfAnyRequest, 20));
  response.status(202).type('text/plain').send('This worker is about to have an exception\n');
});

app.use((request, response) => {
  response.status(404).json({ error: `nothing at ${request.path}` });
});

// Express knows an error handler by its four parameters.
const answerError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const { status = 500, message } = error as { readonly status?: number; readonly message: string };
  response.status(status).json({ error: status < 500 ? message : 'something went wrong' });
};
app.use(answerError);

function hello(): string {
  return `Hello from worker ${process.pid}\n`;
}

function failOutsideOfAnyRequest(): void {
  throw new Error('an exception outside of any request');
}
