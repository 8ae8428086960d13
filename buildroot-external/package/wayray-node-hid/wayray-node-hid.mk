################################################################################
#
# wayray-node-hid
#
################################################################################

WAYRAY_NODE_HID_VERSION = 3.4.0
ifeq ($(BR2_aarch64),y)
WAYRAY_NODE_HID_ARCH = arm64
else
WAYRAY_NODE_HID_ARCH = x64
endif
WAYRAY_NODE_HID_MIRROR = $(call qstrip,$(BR2_WAYRAY_MIRROR))
WAYRAY_NODE_HID_SITE = $(WAYRAY_NODE_HID_MIRROR)/node-hid/-
WAYRAY_NODE_HID_SOURCE = node-hid-$(WAYRAY_NODE_HID_VERSION).tgz
WAYRAY_NODE_HID_EXTRA_DOWNLOADS = \
	$(WAYRAY_NODE_HID_MIRROR)/pkg-prebuilds/-/pkg-prebuilds-1.1.0.tgz
WAYRAY_NODE_HID_LICENSE = MIT or X11 (node-hid), BSD-3-Clause (hidapi), MIT (pkg-prebuilds)
WAYRAY_NODE_HID_LICENSE_FILES = LICENSE-bsd.txt
WAYRAY_NODE_HID_DEPENDENCIES = wayray-node

define WAYRAY_NODE_HID_EXTRACT_PREBUILDS
	mkdir -p $(@D)/pkg-prebuilds
	$(TAR) -C $(@D)/pkg-prebuilds --strip-components=1 \
		-xzf $(WAYRAY_NODE_HID_DL_DIR)/pkg-prebuilds-1.1.0.tgz
endef
WAYRAY_NODE_HID_POST_EXTRACT_HOOKS += WAYRAY_NODE_HID_EXTRACT_PREBUILDS

# Of the prebuilt bindings, the one for hidraw on this processor
WAYRAY_NODE_HID_BINDING = prebuilds/HID_hidraw-linux-$(WAYRAY_NODE_HID_ARCH)
WAYRAY_NODE_HID_TARGET = $(TARGET_DIR)/opt/wayray/node_modules

define WAYRAY_NODE_HID_INSTALL_TARGET_CMDS
	mkdir -p $(WAYRAY_NODE_HID_TARGET)/node-hid/$(WAYRAY_NODE_HID_BINDING)
	cp -a $(@D)/pkg-prebuilds $(WAYRAY_NODE_HID_TARGET)/
	cp -a $(@D)/package.json $(@D)/nodehid.js $(@D)/binding-options.js \
		$(WAYRAY_NODE_HID_TARGET)/node-hid/
	cp -a $(@D)/$(WAYRAY_NODE_HID_BINDING)/. \
		$(WAYRAY_NODE_HID_TARGET)/node-hid/$(WAYRAY_NODE_HID_BINDING)/
endef

$(eval $(generic-package))
