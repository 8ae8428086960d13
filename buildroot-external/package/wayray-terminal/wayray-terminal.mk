################################################################################
#
# wayray-terminal
#
################################################################################

WAYRAY_TERMINAL_VERSION = 0.1.0
WAYRAY_TERMINAL_SITE = $(call qstrip,$(BR2_PACKAGE_WAYRAY_TERMINAL_BUNDLE))
WAYRAY_TERMINAL_SITE_METHOD = local
WAYRAY_TERMINAL_LICENSE = Apache-2.0
WAYRAY_TERMINAL_LICENSE_FILES = LICENSE
WAYRAY_TERMINAL_DEPENDENCIES = wayray-node

define WAYRAY_TERMINAL_INSTALL_TARGET_CMDS
	mkdir -p $(TARGET_DIR)/opt/wayray/chunks
	$(INSTALL) -m 0644 $(@D)/*.js $(TARGET_DIR)/opt/wayray/
	$(INSTALL) -m 0644 $(@D)/chunks/*.js $(TARGET_DIR)/opt/wayray/chunks/
endef

define WAYRAY_TERMINAL_USERS
	pcscd -1 pcscd -1 * /run/pcscd - - card readers
	wayray -1 wayray -1 * /run/wayray/home - video,render,input,audio,pcscd WayRay terminal
endef

$(eval $(generic-package))
