################################################################################
#
# wayray-node
#
################################################################################

WAYRAY_NODE_VERSION = 24.21.0
ifeq ($(BR2_aarch64),y)
WAYRAY_NODE_ARCH = arm64
else
WAYRAY_NODE_ARCH = x64
endif
WAYRAY_NODE_SITE = $(call qstrip,$(BR2_WAYRAY_MIRROR))/node-linux-$(WAYRAY_NODE_ARCH)/-
WAYRAY_NODE_SOURCE = node-linux-$(WAYRAY_NODE_ARCH)-$(WAYRAY_NODE_VERSION).tgz
WAYRAY_NODE_LICENSE = MIT (core code); MIT, Apache and BSD family licenses (Bundled components)
WAYRAY_NODE_LICENSE_FILES = LICENSE
WAYRAY_NODE_CPE_ID_VENDOR = nodejs
WAYRAY_NODE_CPE_ID_PRODUCT = node.js
WAYRAY_NODE_INSTALL_STAGING = YES

# The headers, for the addons
define WAYRAY_NODE_INSTALL_STAGING_CMDS
	mkdir -p $(STAGING_DIR)/opt/wayray/include
	cp -a $(@D)/include/node $(STAGING_DIR)/opt/wayray/include/
endef

define WAYRAY_NODE_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/bin/node $(TARGET_DIR)/opt/wayray/bin/node
endef

$(eval $(generic-package))
