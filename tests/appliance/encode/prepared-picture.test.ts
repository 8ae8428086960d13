import test, { type ExecutionContext } from 'ava';
import { CanvasShelf } from '../../../appliance/encode/canvas-shelf.ts';
import { OutputStream, type TakenFrame } from '../../../appliance/encode/output-stream.ts';
import { type PictureWish, PreparedPicture } from '../../../appliance/encode/prepared-picture.ts';
import { Decoder, Framebuffer } from '../../../native/pixels/index.ts';
import { eventually } from '../../helpers/eventually.ts';
import { PaintedScene } from './painted-scene.ts';

const SIDE = 512;
const TILES = 16;

/** A scene of which no row is like another, so that its picture takes more than one frame. */
function noise(): PaintedScene {
  const scene = new PaintedScene(SIDE, SIDE);
  for (let i = 0, rgb = 1; i < 60_000; i++) {
    rgb = (Math.imul(rgb, 1_103_515_245) + 12_345) >>> 0;
    scene.paint({ x: 2 * (i % 255), y: 2 * ((i >>> 8) % 255), w: 2, h: 2, rgb: rgb >>> 8 });
  }
  return scene;
}

const wishOf = (scene: PaintedScene): PictureWish => ({
  ...scene.deps,
  ...{ tiles: TILES, fine: false, graded: false },
});

/** A shelf with the canvas of a terminal that has left, as soon as its picture is ready. */
async function prepared(scene: PaintedScene): Promise<CanvasShelf> {
  const shelf = new CanvasShelf();
  shelf.put(shelf.take(SIDE, SIDE), wishOf(scene));
  const ready = await eventually(() => {
    const found = shelf.takePrepared(wishOf(scene));
    if (!found) throw new Error('not ready');
    return found;
  });
  shelf[Symbol.dispose]();
  let left: typeof ready | null = ready;
  return new (class extends CanvasShelf {
    override takePrepared() {
      const taken = left;
      left = null;
      return taken;
    }
  })();
}

function streamOf(scene: PaintedScene, canvases: CanvasShelf, send: (frame: TakenFrame) => void) {
  return new OutputStream({
    ...scene.deps,
    canvases,
    tiles: TILES,
    firstFrame: 1,
    linkHasRoom: () => true,
    send: (frame) => {
      send(frame);
      return true;
    },
    nowMs: () => 0,
    onFailure: (error) => {
      throw error;
    },
  });
}

/** What a terminal shows after these frames. */
function shown(frames: readonly TakenFrame[]): Framebuffer {
  const picture = new Framebuffer(SIDE, SIDE);
  const decoder = new Decoder(picture, TILES);
  for (const { encoded } of frames)
    decoder.apply(encoded.regions, encoded.payload, encoded.payloadCompressed, [], false);
  return picture;
}

async function untilShown(t: ExecutionContext, scene: PaintedScene, sent: readonly TakenFrame[]) {
  const wanted = scene.picture().checksum();
  await eventually(() => {
    const last = sent.at(-1);
    if (last?.encoded.checksum !== wanted || last.encoded.waiting) throw new Error('not yet');
  });
  t.is(shown(sent).checksum(), wanted);
}

test('a picture that was prepared is sent at once, and what has changed since after it', async (t) => {
  const scene = noise();
  const shelf = await prepared(scene);
  scene.paint({ x: 5, y: 5, w: 20, h: 20, rgb: 0xff0000 });
  const sent: TakenFrame[] = [];
  const stream = streamOf(scene, shelf, (frame) => sent.push(frame));
  stream.tick();
  t.true(sent.length > 0, 'nothing is made on another thread');
  t.truthy(sent[0]?.encoded.waiting, 'it takes several frames');
  t.deepEqual([sent[0]?.key, sent[0]?.frame], [true, 1]);
  while (sent.at(-1)?.encoded.waiting) stream.acknowledged(sent.at(-1)?.frame ?? 0);
  await untilShown(t, scene, sent);
  t.true(sent.slice(1).every(({ key }) => !key));
  stream[Symbol.dispose]();
});

test('nothing that was prepared is sent of a session that was locked meanwhile', async (t) => {
  const scene = noise();
  const shelf = await prepared(scene);
  const sent: TakenFrame[] = [];
  const stream = streamOf(scene, shelf, (frame) => sent.push(frame));
  scene.cover();
  stream.tick();
  t.is(sent.length, 0);
  await untilShown(t, scene, sent);
  t.true(sent[0]?.key);
  stream[Symbol.dispose]();
});

test('a terminal that lost its picture gets a new one instead of the rest', async (t) => {
  const scene = noise();
  const sent: TakenFrame[] = [];
  const stream = streamOf(scene, await prepared(scene), (frame) => sent.push(frame));
  stream.tick();
  const from = sent.length;
  stream.requestKeyFrame();
  await eventually(() => {
    stream.acknowledged(sent.at(-1)?.frame ?? 0);
    if (sent.length === from) throw new Error('not yet');
    if (sent.at(-1)?.encoded.waiting) throw new Error('not all of it');
  });
  t.true(sent[from]?.key);
  await untilShown(t, scene, sent.slice(from));
  stream[Symbol.dispose]();
});

async function ready(scene: PaintedScene): Promise<PreparedPicture> {
  const canvas = new CanvasShelf().take(SIDE, SIDE);
  const picture = new PreparedPicture(canvas, wishOf(scene));
  await eventually(() => {
    if (!picture.framesFor(wishOf(scene))) throw new Error('not ready');
  });
  return picture;
}

test('a picture serves who can do the same, while the session is not locked', async (t) => {
  const scene = noise();
  using picture = await ready(scene);
  t.is(picture.framesFor({ ...wishOf(scene), tiles: 0 }), null);
  t.is(picture.framesFor({ ...wishOf(scene), fine: true }), null);
  t.is(picture.framesFor({ ...wishOf(scene), graded: true }), null);
  t.truthy(picture.framesFor(wishOf(scene)));
  scene.cover();
  t.is(picture.framesFor(wishOf(scene)), null);
});

test('a picture of which much has changed serves nobody', async (t) => {
  const scene = noise();
  using picture = await ready(scene);
  const { output } = wishOf(scene);
  picture.changed(output, Int32Array.of(0, 0, SIDE, SIDE / 9));
  t.truthy(picture.framesFor(wishOf(scene)));
  picture.changed(output, Int32Array.of(0, 0, SIDE, SIDE / 9));
  t.is(picture.framesFor(wishOf(scene)), null);
});
