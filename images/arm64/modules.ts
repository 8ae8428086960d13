/** The kernel's drivers that an arm64 terminal may need; what they need themselves comes with them. */

/** Until the root is there: disks, and what they are plugged into. Clocks, pins and power supplies come by themselves. */
export const BOOT_MODULES = [
  ...['virtio_pci', 'virtio_mmio', 'virtio_blk', 'virtio_scsi'],
  ...['xhci_pci', 'xhci_plat_hcd', 'ehci_platform', 'ohci_platform', 'dwc3', 'dwc2'],
  ...['usb_storage', 'uas', 'sd_mod', 'ahci', 'ahci_platform', 'nvme'],
  ...['sdhci_pci', 'sdhci_acpi', 'sdhci_iproc', 'sdhci_of_dwcmshc', 'sdhci_of_arasan'],
  ...['dw_mmc_rockchip', 'meson_gx_mmc', 'sunxi_mmc', 'sdhci_esdhc_imx'],
  // Pi 4: USB behind PCI Express is switched on by the Pi's own firmware
  ...['reset_raspberrypi', 'i2c_bcm2835'],
  // Rockchip: what USB and PCI Express wait for
  ...['phy_rockchip_pcie', 'phy_rockchip_inno_usb2', 'phy_rockchip_typec'],
  ...['phy_rockchip_naneng_combphy', 'phy_rockchip_emmc', 'rk808_regulator', 'fan53555'],
  // Not named as dependencies: what file systems ask the kernel for by what it does
  ...['squashfs', 'crc32c_generic', 'crct10dif_ce'],
];

/** Of the root; udevd loads those that the machine's devices want. */
export const ROOT_MODULES = [
  // Screens: virtual machines, servers' own, USB, and those of chips. AMD's need firmware, see the PC's list.
  ...['virtio-gpu', 'bochs', 'ast', 'hibmc_drm', 'udl', 'nouveau'],
  ...['vc4', 'rockchipdrm', 'meson_drm', 'meson_dw_hdmi', 'sun4i_drm', 'sun8i_mixer', 'lima'],
  ...['panfrost', 'display_connector', 'simple_bridge', 'panel_simple', 'pwm_bl'],
  // Networks
  ...['virtio_net', 'e1000e', 'igb', 'igc', 'ixgbe', 'r8169', 'tg3', 'atlantic', 'xgene_enet'],
  ...['genet', 'dwmac_rk', 'dwmac_meson8b', 'dwmac_sun8i', 'dwmac_generic', 'fec'],
  ...['realtek', 'marvell', 'broadcom', 'bcm7xxx', 'smsc', 'microchip', 'at803x', 'motorcomm'],
  ...['meson_gxl', 'mdio_mux_meson_g12a'],
  // … and of USB
  ...['cdc_ether', 'cdc_ncm', 'r8152', 'r8153_ecm', 'ax88179_178a', 'asix', 'aqc111', 'smsc75xx'],
  ...['smsc95xx', 'lan78xx', 'dm9601', 'mcs7830', 'rtl8150', 'pegasus', 'rndis_host'],
  // Keyboards, mice, touch
  ...['xhci_pci', 'xhci_plat_hcd', 'ehci_pci', 'ehci_platform', 'ohci_platform', 'usbhid'],
  ...['hid-generic', 'hid-multitouch', 'hid-logitech', 'hid-logitech-dj', 'hid-logitech-hidpp'],
  ...['hid-apple', 'hid-microsoft', 'hid-cherry', 'hid-lenovo', 'wacom', 'i2c-hid-acpi'],
  ...['evdev', 'virtio_input', 'gpio_keys', 'raspberrypi-ts'],
  // Watchdogs
  ...['bcm2835_wdt', 'dw_wdt', 'meson_gxbb_wdt', 'sunxi_wdt', 'imx2_wdt', 'sbsa_gwdt'],
  ...['sp805_wdt', 'i6300esb', 'softdog'],
  // Disks that hold the state, and the boot partition's file system
  ...['ext4', 'crc32c_generic', 'vfat', 'nls_cp437', 'nls_ascii', 'nls_utf8'],
  // A cool machine with the right time
  ...['cpufreq_dt', 'raspberrypi_cpufreq', 'bcm2835_thermal', 'rockchip_thermal', 'pwm_fan'],
  ...['rtc_hym8563'],
];
