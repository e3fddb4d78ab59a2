// Same inputs, parameters and seed give the same bytes, for any number of threads.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { demoCounty, digests, ok, scratch } from './lib.mjs';

test('two runs, and runs with 1, 2 and 3 threads, give the same outputs byte for byte', () => {
  const first = digests(path.join(demoCounty('first', { withRun: true }), 'out'));
  for (const threads of ['1', '2', '3']) {
    const dir = demoCounty(`threads-${threads}`);
    ok('run', '-p', dir, '--threads', threads);
    assert.deepEqual(digests(path.join(dir, 'out')), first, `${threads} threads`);
  }
});

test('the same seed makes the same county, another seed another', () => {
  const dir = scratch('seeds');
  ok('demo', path.join(dir, 'a'), '--seed', '5');
  ok('demo', path.join(dir, 'b'), '--seed', '5');
  ok('demo', path.join(dir, 'c'), '--seed', '6');
  assert.deepEqual(digests(path.join(dir, 'a')), digests(path.join(dir, 'b')));
  assert.notDeepEqual(digests(path.join(dir, 'a')), digests(path.join(dir, 'c')));
});
