import { readFileSync } from 'node:fs';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import type { HeadlessOutput } from '../display/headless-display.ts';
import { parseOutput } from '../display/output-option.ts';
import { PAGE_NUMBERS, type PageName } from '../screens/words.ts';
import type { Input } from './input-sender.ts';

/** One line of an input script. */
export type ScriptStep =
  | { readonly kind: 'input'; readonly input: Input }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Until the picture has settled. */
  | { readonly kind: 'settle' }
  | {
      readonly kind: 'resize';
      readonly width: number;
      readonly height: number;
      /** undefined: the primary one */
      readonly output: number | undefined;
    }
  /** A monitor comes or goes. */
  | { readonly kind: 'plug'; readonly output: HeadlessOutput }
  | { readonly kind: 'unplug'; readonly output: number }
  /** A monitor gets another mode, scale or turn. */
  | { readonly kind: 'change'; readonly output: number; readonly to: HeadlessOutput }
  /** The software token is brought or taken. */
  | { readonly kind: 'token'; readonly action: 'insert' | 'remove' }
  /** Until this is shown: a session, a greeter, any page, or the page of this name. */
  | { readonly kind: 'await'; readonly shown: AwaitedShown };

export type AwaitedShown = 'session' | 'greeter' | 'page' | PageName;

const BUTTONS: Readonly<Record<string, number>> = { left: 0x110, right: 0x111, middle: 0x112 };
const AWAITED = [
  'session',
  'greeter',
  'page',
  ...(Object.keys(PAGE_NUMBERS) as PageName[]),
] as const satisfies readonly AwaitedShown[];
const MAX_WAIT_MS = 600_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a script: one JSON object per line with a `type`. `key` {code, pressed?}: without `pressed` down and up;
 * `motion` {x, y, output?}; `button` {button: left|right|middle, pressed?}; `wheel` {dy?, dx?} in notches;
 * `touch-down` {id, x, y, output?}, `touch-motion`, `touch-up` {id}; `wait` {ms}; `settle`; `resize` {width, height, output?};
 * `plug` {output: see parseOutput()}; `unplug` {output}; `change` {output, to: as plug};
 * `token` {action: insert|remove}; `await` {shown: session|greeter|page or a page's name}.
 * @throws ExitError naming the line
 */
export function readScript(file: string): ScriptStep[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ExitError(`--input ${file}: ${(cause as Error).message}`, EXIT.usage, { cause });
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return stepsOf(JSON.parse(line) as Fields);
    } catch (cause) {
      throw new ExitError(
        `--input ${file} line ${index + 1}: ${(cause as Error).message}`,
        EXIT.usage,
        { cause },
      );
    }
  });
}

function stepsOf(fields: Fields): ScriptStep[] {
  switch (fields['type']) {
    case 'wait':
      return [{ kind: 'wait', ms: numberOf(fields, 'ms', 0, MAX_WAIT_MS) }];
    case 'token':
      return [{ kind: 'token', action: oneOf(fields, 'action', ['insert', 'remove']) }];
    case 'await':
      return [{ kind: 'await', shown: oneOf(fields, 'shown', AWAITED) }];
    case 'settle':
      return [{ kind: 'settle' }];
    case 'resize':
      return [
        {
          kind: 'resize',
          width: numberOf(fields, 'width', 1, 16384),
          height: numberOf(fields, 'height', 1, 16384),
          output: 'output' in fields ? outputOf(fields) : undefined,
        },
      ];
    case 'plug':
      return [{ kind: 'plug', output: parseOutput(String(fields['output'])) }];
    case 'unplug':
      return [{ kind: 'unplug', output: outputOf(fields) }];
    case 'change':
      return [{ kind: 'change', output: outputOf(fields), to: parseOutput(String(fields['to'])) }];
    default:
      return inputsOf(fields).map((input) => ({ kind: 'input', input }));
  }
}

function inputsOf(fields: Fields): Input[] {
  const output = 'output' in fields ? outputOf(fields) : 0;
  const at = () => ({ output, x: pixels(fields, 'x'), y: pixels(fields, 'y') });
  const id = () => numberOf(fields, 'id', 0, 255);
  switch (fields['type']) {
    case 'key':
      return pressedStates(fields).map((pressed) => ({
        type: 'Key',
        code: numberOf(fields, 'code', 1, 767),
        pressed,
      }));
    case 'motion':
      return [{ type: 'PointerMotion', ...at() }, { type: 'PointerFrame' }];
    case 'button':
      return pressedStates(fields).flatMap((pressed) => [
        { type: 'PointerButton', code: buttonOf(fields), pressed },
        { type: 'PointerFrame' },
      ]);
    case 'wheel':
      return wheelOf(fields);
    case 'touch-down':
      return [{ type: 'TouchDown', id: id(), ...at() }, { type: 'TouchFrame' }];
    case 'touch-motion':
      return [{ type: 'TouchMotion', id: id(), ...at() }, { type: 'TouchFrame' }];
    case 'touch-up':
      return [{ type: 'TouchUp', id: id() }, { type: 'TouchFrame' }];
    default:
      throw new Error(`unknown type ${JSON.stringify(fields['type'])}`);
  }
}

/** A notch of a wheel is 15 units of wl_pointer.axis. */
export function wheelOf(fields: Fields): Input[] {
  const axes = [
    { axis: 0, notches: fields['dy'] },
    { axis: 1, notches: fields['dx'] },
  ];
  const moves = axes.flatMap(({ axis, notches }): Input[] =>
    typeof notches !== 'number' || notches === 0
      ? []
      : [
          {
            type: 'PointerAxis',
            axis,
            value: Math.round(notches * 15 * 256),
            v120: Math.round(notches * 120),
            source: 0,
            stop: false,
            inverted: false,
          },
        ],
  );
  return [...moves, { type: 'PointerFrame' }];
}

function pressedStates(fields: Fields): boolean[] {
  const pressed = fields['pressed'];
  if (pressed === undefined) return [true, false];
  if (typeof pressed !== 'boolean') throw new Error('pressed must be true or false');
  return [pressed];
}

function buttonOf(fields: Fields): number {
  const code = BUTTONS[String(fields['button'])];
  if (code === undefined)
    throw new Error(`button must be one of ${Object.keys(BUTTONS).join(', ')}`);
  return code;
}

function oneOf<Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((it) => it === fields[name]);
  if (choice === undefined) throw new Error(`${name} must be one of ${choices.join(', ')}`);
  return choice;
}

/** By number, from 0 in the order in which they came. */
const outputOf = (fields: Fields): number => numberOf(fields, 'output', 0, 1000);

const pixels = (fields: Fields, name: string): number =>
  Math.round(numberOf(fields, name, -16384, 32767) * 256);

function numberOf(fields: Fields, name: string, low: number, high: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw new Error(`${name} must be a number from ${low} to ${high}`);
  }
  return value;
}
