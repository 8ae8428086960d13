import test from 'ava';
import { failedTitles, filesToTryAgain } from './second-try.ts';

const FILES = [
  'tests/native/window/window.test.ts',
  'tests/native/window/window-x11.test.ts',
  'tests/system/desk.test.ts',
  'tests/system/desk/card.test.ts',
  'tests/system/film.test.ts',
];

test('the titles of failed tests', (t) => {
  const tap =
    'ok 1 - a › b\nnot ok 2 - system › film › pause › soon\n  ---\n    not ok inside\n# fail 1\n';
  t.deepEqual(failedTitles(tap), ['system › film › pause › soon']);
});

test('each failed file once, whatever its tests are called', (t) => {
  const titles = [
    'system › film › pause',
    'native › window › window-x11 › keys › all',
    'system › film › play',
    'system › desk › card › pulled',
  ];
  t.deepEqual(filesToTryAgain(titles, FILES), [
    'tests/system/film.test.ts',
    'tests/native/window/window-x11.test.ts',
    'tests/system/desk/card.test.ts',
  ]);
});

test('no second try for a crash, nor for many files', (t) => {
  t.deepEqual(filesToTryAgain(['system › film › pause', 'tests/x exited with 1'], FILES), []);
  const many = ['system › film › a', 'system › desk › b', 'native › window › window › c'];
  t.is(filesToTryAgain(many, FILES).length, 3);
  t.deepEqual(filesToTryAgain([...many, 'native › window › window-x11 › d'], FILES), []);
});
