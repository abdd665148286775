import assert from "node:assert/strict";
import { test } from "node:test";
import { PageLinks } from "./page-links.ts";
import { forwardedLink } from "./pages.ts";

const mark = (link: string) => `<${link}>`.replace(/[<>]/g, "!");

function rewrite(page: string, pieceLength = page.length): string {
  const links = new PageLinks(mark);
  let output = "";
  for (let at = 0; at < page.length; at += pieceLength) output += links.push(page.slice(at, at + pieceLength));
  return output + links.end();
}

const pages = [
  ['<a href="/x">to x</a>', '<a href="!/x!">to x</a>'],
  ["<A class=big HREF='/x' href2=y>", "<A class=big HREF='!/x!' href2=y>"],
  ["<img src=/a.png/><p src=/b>", "<img src=!/a.png/!><p src=/b>"],
  ['<a title="a > b" href = "/x" disabled>', '<a title="a > b" href = "!/x!" disabled>'],
  ['<!-- <a href="/x"> --><a href="/y">', '<!-- <a href="/x"> --><a href="!/y!">'],
  ['<script src="/x">"<a href=/y>"</SCRIPT><a href=/z>', '<script src="!/x!">"<a href=/y>"</SCRIPT><a href=!/z!>'],
  ["1 < 2 <<a href=/x> <", "1 < 2 <<a href=!/x!> <"],
  ['<constructor href="/x"><a href=""><a href>', '<constructor href="/x"><a href=""><a href>'],
  ['unfinished <a href="/x', 'unfinished <a href="/x'],
] as const;

for (const [page, expected] of pages) {
  test(`the links of ${page} are found, wherever it is cut`, () => {
    const wanted = expected.replace('href=""', 'href="!!"');
    for (const length of [page.length, 1, 2, 7]) assert.equal(rewrite(page, length), wanted);
  });
}

test("what is held back of a tag that does not end is bounded", () => {
  const links = new PageLinks(mark);
  const tag = `<img src="${"x".repeat(1024)}`;
  let passed = links.push(tag);
  for (let part = 0; part < 64; part++) passed += links.push("x".repeat(1024));
  assert.ok(passed.length > 48 * 1024, `${passed.length} characters came out`);
  assert.equal(passed + links.end(), tag + "x".repeat(64 * 1024));
});

test("links to the server's own root lead through the proxy, and all others stay", () => {
  const backend = new URL("http://10.0.0.7:8080/page");
  const front = { host: "api.example", prefix: "/proxy" };
  const forwarded = (link: string) => forwardedLink(link, backend, front);
  assert.equal(forwarded("/x?a=/b#c"), "/proxy/x?a=/b#c");
  assert.equal(forwarded("/"), "/proxy/");
  assert.equal(forwarded("http://10.0.0.7:8080/x"), "/proxy/x");
  assert.equal(forwarded("//10.0.0.7:8080/x"), "/proxy/x");
  assert.equal(forwarded("https://api.example/x"), "https://api.example/proxy/x");
  for (const link of ["x", "", "#top", "/proxy/x", "//else.example/x", "https://else.example/x", "mailto:a@b"]) {
    assert.equal(forwarded(link), link);
  }
});
