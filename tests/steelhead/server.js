// A Steelhead of our own: PostGraphile over the tables of schema.sql. Begins with the first line of its standard input,
// prints its port, and ends with its input.
//
// DATABASE  the address of the database; SCHEMA the schema with the tables; TOKEN what a bearer must show
// PERSISTED a folder with questions, each as <sha256>.graphql; with it no others are taken
"use strict";
const http = require("node:http");
const { postgraphile, makePluginHook } = require("postgraphile");
const persisted = require("@graphile/persisted-operations");

const { DATABASE, SCHEMA, TOKEN, PERSISTED } = process.env;
process.stdin.once("data", () => {
  const api = postgraphile(DATABASE, SCHEMA, {
    graphqlRoute: "/graphql",
    disableQueryLog: true,
    ...(PERSISTED && { pluginHook: makePluginHook([persisted]), persistedOperationsDirectory: PERSISTED }),
  });
  const server = http.createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(401).end();
      return;
    }
    api(request, response);
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
});
process.stdin.on("end", () => process.exit());
