import test from 'ava';
import { CONCERNS } from '../../../images/arm64/addons.ts';
import { variables } from '../../buildroot/tree.ts';

test("the same addons as in Buildroot's images", (t) => {
  const listed = variables('wayray-addons').get('WAYRAY_ADDONS_CONCERNS')?.split(' ');
  t.deepEqual(Object.keys(CONCERNS).sort(), listed?.sort());
});
