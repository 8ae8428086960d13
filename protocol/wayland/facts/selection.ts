import { cursorShapeV1 } from './cursor-shape-v1.ts';
import type { Facts } from './definition.ts';
import { foreignToplevelListV1 } from './foreign-toplevel-list-v1.ts';
import { foreignToplevelManagementV1 } from './foreign-toplevel-management-v1.ts';
import { layerShellV1 } from './layer-shell-v1.ts';

/** One generated file: where its definitions come from and which versions we speak. */
export interface SelectedProtocol {
  readonly file: string;
  /** Relative to /usr/share, or facts of our own. */
  readonly source: string | readonly Facts[];
  /** Interface -> version. What the XML has beyond that version is left out, so that a newer XML changes nothing. */
  readonly interfaces: Readonly<Record<string, number>>;
  /** Interfaces that libwayland serves itself; only their enums are of use. */
  readonly enumsOnly?: readonly string[];
}

const protocols = 'wayland-protocols';

export const selection: readonly SelectedProtocol[] = [
  {
    file: 'wayland',
    source: 'wayland/wayland.xml',
    enumsOnly: ['wl_display', 'wl_shm'],
    interfaces: {
      wl_display: 1,
      wl_shm: 1,
      wl_callback: 1,
      wl_compositor: 6,
      wl_buffer: 1,
      wl_data_offer: 3,
      wl_data_source: 3,
      wl_data_device: 3,
      wl_data_device_manager: 3,
      wl_surface: 6,
      wl_seat: 9,
      wl_pointer: 9,
      wl_keyboard: 9,
      wl_touch: 9,
      wl_output: 4,
      wl_region: 1,
      wl_subcompositor: 1,
      wl_subsurface: 1,
    },
  },
  {
    file: 'xdg-shell',
    source: `${protocols}/stable/xdg-shell/xdg-shell.xml`,
    interfaces: {
      xdg_wm_base: 6,
      xdg_positioner: 6,
      xdg_surface: 6,
      xdg_toplevel: 6,
      xdg_popup: 6,
    },
  },
  {
    file: 'xdg-decoration',
    source: `${protocols}/unstable/xdg-decoration/xdg-decoration-unstable-v1.xml`,
    interfaces: { zxdg_decoration_manager_v1: 1, zxdg_toplevel_decoration_v1: 1 },
  },
  {
    file: 'viewporter',
    source: `${protocols}/stable/viewporter/viewporter.xml`,
    interfaces: { wp_viewporter: 1, wp_viewport: 1 },
  },
  {
    file: 'fractional-scale',
    source: `${protocols}/staging/fractional-scale/fractional-scale-v1.xml`,
    interfaces: { wp_fractional_scale_manager_v1: 1, wp_fractional_scale_v1: 1 },
  },
  {
    file: 'cursor-shape',
    source: cursorShapeV1,
    interfaces: { wp_cursor_shape_manager_v1: 1, wp_cursor_shape_device_v1: 1 },
  },
  {
    file: 'single-pixel-buffer',
    source: `${protocols}/staging/single-pixel-buffer/single-pixel-buffer-v1.xml`,
    interfaces: { wp_single_pixel_buffer_manager_v1: 1 },
  },
  {
    file: 'presentation-time',
    source: `${protocols}/stable/presentation-time/presentation-time.xml`,
    interfaces: { wp_presentation: 1, wp_presentation_feedback: 1 },
  },
  {
    file: 'xdg-output',
    source: `${protocols}/unstable/xdg-output/xdg-output-unstable-v1.xml`,
    interfaces: { zxdg_output_manager_v1: 3, zxdg_output_v1: 3 },
  },
  {
    file: 'xdg-activation',
    source: `${protocols}/staging/xdg-activation/xdg-activation-v1.xml`,
    interfaces: { xdg_activation_v1: 1, xdg_activation_token_v1: 1 },
  },
  {
    file: 'primary-selection',
    source: `${protocols}/unstable/primary-selection/primary-selection-unstable-v1.xml`,
    interfaces: {
      zwp_primary_selection_device_manager_v1: 1,
      zwp_primary_selection_device_v1: 1,
      zwp_primary_selection_offer_v1: 1,
      zwp_primary_selection_source_v1: 1,
    },
  },
  {
    file: 'text-input',
    source: `${protocols}/unstable/text-input/text-input-unstable-v3.xml`,
    interfaces: { zwp_text_input_v3: 1, zwp_text_input_manager_v3: 1 },
  },
  {
    file: 'idle-inhibit',
    source: `${protocols}/unstable/idle-inhibit/idle-inhibit-unstable-v1.xml`,
    interfaces: { zwp_idle_inhibit_manager_v1: 1, zwp_idle_inhibitor_v1: 1 },
  },
  {
    file: 'relative-pointer',
    source: `${protocols}/unstable/relative-pointer/relative-pointer-unstable-v1.xml`,
    interfaces: { zwp_relative_pointer_manager_v1: 1, zwp_relative_pointer_v1: 1 },
  },
  {
    file: 'pointer-constraints',
    source: `${protocols}/unstable/pointer-constraints/pointer-constraints-unstable-v1.xml`,
    interfaces: {
      zwp_pointer_constraints_v1: 1,
      zwp_locked_pointer_v1: 1,
      zwp_confined_pointer_v1: 1,
    },
  },
  {
    file: 'keyboard-shortcuts-inhibit',
    source: `${protocols}/unstable/keyboard-shortcuts-inhibit/keyboard-shortcuts-inhibit-unstable-v1.xml`,
    interfaces: {
      zwp_keyboard_shortcuts_inhibit_manager_v1: 1,
      zwp_keyboard_shortcuts_inhibitor_v1: 1,
    },
  },
  {
    file: 'layer-shell',
    source: layerShellV1,
    interfaces: { zwlr_layer_shell_v1: 4, zwlr_layer_surface_v1: 4 },
  },
  {
    file: 'session-lock',
    source: `${protocols}/staging/ext-session-lock/ext-session-lock-v1.xml`,
    interfaces: {
      ext_session_lock_manager_v1: 1,
      ext_session_lock_v1: 1,
      ext_session_lock_surface_v1: 1,
    },
  },
  {
    file: 'idle-notify',
    source: `${protocols}/staging/ext-idle-notify/ext-idle-notify-v1.xml`,
    interfaces: { ext_idle_notifier_v1: 1, ext_idle_notification_v1: 1 },
  },
  {
    file: 'foreign-toplevel-management',
    source: foreignToplevelManagementV1,
    interfaces: { zwlr_foreign_toplevel_manager_v1: 3, zwlr_foreign_toplevel_handle_v1: 3 },
  },
  {
    file: 'foreign-toplevel-list',
    source: foreignToplevelListV1,
    interfaces: { ext_foreign_toplevel_list_v1: 1, ext_foreign_toplevel_handle_v1: 1 },
  },
];
