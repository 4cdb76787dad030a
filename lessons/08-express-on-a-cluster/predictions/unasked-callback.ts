// An Express application as its documentation starts one, in each worker of a cluster.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const app = express();
  app.listen(port, () => {
    console.log(`listening on port ${port}`);
  });
}
