/** What a keyboard is called in XKB's terms. An empty name stands for the default (evdev, pc105, us, no variant, no options). */
export interface KeyboardNames {
  rules: string;
  model: string;
  layout: string;
  variant: string;
  options: string;
}

const maxNameLength = 256;
/** X11 clients (and so Xwayland) know no more than four groups. */
const maxLayouts = 4;

// The names become parts of file names below the XKB directory: neither '/' nor '.' may get through.
const allowed: Record<keyof KeyboardNames, RegExp> = {
  rules: /^[\w-]*$/,
  model: /^[\w-]*$/,
  layout: /^[\w,()-]*$/,
  variant: /^[\w,-]*$/,
  options: /^[\w,:-]*$/,
};

/**
 * Checks names that may come off a wire and gives each layout's variant its own place: 'us(intl),de' becomes layout 'us,de',
 * variant 'intl,'.
 * @throws TypeError when a name is not a string, RangeError when it is too long or holds characters that no XKB name has
 */
export function normaliseNames(names: KeyboardNames): KeyboardNames {
  for (const key of Object.keys(allowed) as (keyof KeyboardNames)[]) checkName(key, names[key]);
  const { layout, variant } = splitVariants(names.layout, names.variant);
  return { rules: names.rules, model: names.model, layout, variant, options: names.options };
}

function checkName(key: keyof KeyboardNames, name: unknown): void {
  if (typeof name !== 'string') throw new TypeError(`keyboard ${key} must be a string`);
  if (name.length > maxNameLength) {
    throw new RangeError(
      `keyboard ${key} has ${name.length} characters, at most ${maxNameLength} are allowed`,
    );
  }
  if (!allowed[key].test(name)) {
    throw new RangeError(
      `keyboard ${key} ${JSON.stringify(name)} holds a character that no XKB name has`,
    );
  }
}

function splitVariants(layout: string, variant: string): { layout: string; variant: string } {
  const layouts = layout.split(',');
  const variants = variant === '' ? [] : variant.split(',');
  if (layouts.length > maxLayouts) {
    throw new RangeError(
      `keyboard layout ${JSON.stringify(layout)} has more than ${maxLayouts} layouts`,
    );
  }
  if (variants.length > layouts.length) {
    throw new RangeError(
      `keyboard variant ${JSON.stringify(variant)} has more parts than layout ${JSON.stringify(layout)}`,
    );
  }
  const pairs = layouts.map((part, index) => splitVariant(part, variants[index] ?? ''));
  const joined = pairs.map((pair) => pair.variant).join(',');
  return {
    layout: pairs.map((pair) => pair.layout).join(','),
    variant: /^,*$/.test(joined) ? '' : joined,
  };
}

function splitVariant(part: string, variant: string): { layout: string; variant: string } {
  const match = /^([\w-]*)(?:\(([\w-]+)\))?$/.exec(part);
  if (!match) throw new RangeError(`keyboard layout ${JSON.stringify(part)} is malformed`);
  const [, layout = '', own] = match;
  if (own !== undefined && variant !== '' && own !== variant) {
    throw new RangeError(
      `keyboard layout ${JSON.stringify(part)} contradicts variant ${JSON.stringify(variant)}`,
    );
  }
  if (layout === '' && (own ?? variant) !== '') {
    throw new RangeError(`keyboard variant ${JSON.stringify(own ?? variant)} has no layout`);
  }
  return { layout, variant: own ?? variant };
}
