// specimen: right
// `var`, prototypes and `util.inherits`, with a server that inherits from Node's: as it was written before 2015, and runs still.
var cluster = require('cluster');
var http = require('http');
var os = require('os');
var util = require('util');

function HelloServer() {
  http.Server.call(this);
  this.on('request', this.greet);
}
util.inherits(HelloServer, http.Server);

HelloServer.prototype.greet = function (req, res) {
  if (req.url !== '/') {
    res.statusCode = 404;
    return res.end();
  }
  res.end('Hello from worker ' + process.pid + '\n');
};

if (cluster.isMaster) {
  for (var i = 0, n = os.availableParallelism(); i < n; i++) {
    cluster.fork();
  }
} else {
  new HelloServer().listen(process.env.PORT || 8000);
}
