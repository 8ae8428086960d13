################################################################################
#
# wayray-node-addon-api
#
################################################################################

WAYRAY_NODE_ADDON_API_VERSION = 8.9.2
WAYRAY_NODE_ADDON_API_SITE = $(call qstrip,$(BR2_WAYRAY_MIRROR))/node-addon-api/-
WAYRAY_NODE_ADDON_API_SOURCE = node-addon-api-$(WAYRAY_NODE_ADDON_API_VERSION).tgz
WAYRAY_NODE_ADDON_API_LICENSE = MIT
WAYRAY_NODE_ADDON_API_LICENSE_FILES = LICENSE.md
WAYRAY_NODE_ADDON_API_INSTALL_STAGING = YES
WAYRAY_NODE_ADDON_API_INSTALL_TARGET = NO

define WAYRAY_NODE_ADDON_API_INSTALL_STAGING_CMDS
	mkdir -p $(STAGING_DIR)/opt/wayray/include/node-addon-api
	cp -a $(@D)/*.h $(STAGING_DIR)/opt/wayray/include/node-addon-api/
endef

$(eval $(generic-package))
