// The callback of Express 5's listen(), with the port taken: called, and given an error that nobody looks at.
import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';

// Somebody else: this server has the port.
const other = createServer().listen(0, '127.0.0.1');
await once(other, 'listening');
const { port } = other.address();

const careless = express().listen(port, '127.0.0.1', () => {
  console.log(`app.listen(port, () => …)        says that it listens; it does: ${careless.listening}`);
  const careful = express().listen(port, '127.0.0.1', (error) => {
    console.log(`app.listen(port, (error) => …)   ${error?.code}; it listens: ${careful.listening}`);
    other.close();
  });
});
