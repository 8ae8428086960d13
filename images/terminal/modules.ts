/** The kernel's drivers that a PC as a terminal may need; what they need themselves comes with them. */

/** Until the root is there: disks, and what they are plugged into. */
export const BOOT_MODULES = [
  // USB disks, and keyboards for whoever looks at what went wrong
  ...['xhci_pci', 'ehci_pci', 'uhci_hcd', 'ohci_pci', 'usb_storage', 'uas'],
  ...['sd_mod', 'ahci', 'ata_piix', 'ata_generic', 'nvme', 'mmc_block', 'sdhci_pci', 'sdhci_acpi'],
  ...['virtio_pci', 'virtio_blk', 'virtio_scsi', 'hv_storvsc', 'vmw_pvscsi', 'mptspi'],
  // Not named as dependencies: what file systems ask the kernel for by what it does
  ...['squashfs', 'crc32c_generic', 'crc32c-intel', 'crct10dif_pclmul'],
];

/** Of the root; udevd loads those that the machine's devices want. */
export const ROOT_MODULES = [
  // Screens. AMD's do nothing without firmware, see FIRMWARE_MODULES.
  ...['i915', 'nouveau', 'gma500_gfx', 'ast', 'mgag200', 'udl'],
  ...['virtio-gpu', 'bochs', 'cirrus', 'qxl', 'vmwgfx', 'vboxvideo', 'hyperv_drm'],
  // Networks of Intel, Realtek, Broadcom, Marvell and others
  ...['e1000', 'e1000e', 'igb', 'igc', 'ixgbe', 'r8169', '8139too', '8139cp', 'tg3', 'bnx2'],
  ...[
    'atlantic',
    'alx',
    'atl1c',
    'atl1e',
    'atl1',
    'sky2',
    'forcedeth',
    'jme',
    'via-rhine',
    'via-velocity',
  ],
  ...['dwmac-intel', 'sis190', 'sis900', 'pcnet32'],
  ...['realtek', 'marvell', 'broadcom', 'smsc', 'microchip', 'at803x'],
  ...['virtio_net', 'hv_netvsc', 'vmxnet3'],
  // … and of USB
  ...['cdc_ether', 'cdc_ncm', 'r8152', 'r8153_ecm', 'ax88179_178a', 'asix', 'aqc111', 'smsc75xx'],
  ...['smsc95xx', 'lan78xx', 'dm9601', 'mcs7830', 'rtl8150', 'pegasus', 'rndis_host'],
  // Keyboards, mice, touch
  ...['xhci_pci', 'ehci_pci', 'uhci_hcd', 'ohci_pci', 'usbhid', 'hid-generic', 'hid-multitouch'],
  ...['hid-logitech', 'hid-logitech-dj', 'hid-logitech-hidpp', 'hid-apple', 'hid-microsoft'],
  ...['hid-cherry', 'hid-lenovo', 'hid-elan', 'hid-asus', 'hid-a4tech', 'hid-rmi', 'wacom'],
  ...['i2c-hid-acpi', 'i2c-i801', 'i2c-designware-pci', 'intel-lpss-pci'],
  ...['intel-lpss-acpi', 'psmouse', 'evdev', 'virtio_input', 'hyperv-keyboard', 'hid-hyperv'],
  // Watchdogs
  ...['iTCO_wdt', 'sp5100_tco', 'wdat_wdt', 'i6300esb', 'hpwdt', 'softdog', 'lpc_ich'],
  // Disks that hold the state, and the boot partition's file system
  ...['ext4', 'crc32c_generic', 'crc32c-intel', 'vfat', 'nls_cp437', 'nls_ascii', 'nls_utf8'],
  // A cool machine
  ...['acpi_cpufreq', 'fan', 'button', 'battery', 'video', 'coretemp'],
];

/** Screens that stay dark without AMD's firmware, which is not among Debian's free packages. */
export const FIRMWARE_MODULES = ['amdgpu', 'radeon'];
