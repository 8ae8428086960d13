################################################################################
#
# wayray-sharp
#
################################################################################

WAYRAY_SHARP_VERSION = 0.35.5
ifeq ($(BR2_aarch64),y)
WAYRAY_SHARP_ARCH = arm64
else
WAYRAY_SHARP_ARCH = x64
endif
WAYRAY_SHARP_MIRROR = $(call qstrip,$(BR2_WAYRAY_MIRROR))
WAYRAY_SHARP_SITE = $(WAYRAY_SHARP_MIRROR)/sharp/-
WAYRAY_SHARP_SOURCE = sharp-$(WAYRAY_SHARP_VERSION).tgz
WAYRAY_SHARP_BINDING = sharp-linux-$(WAYRAY_SHARP_ARCH)
WAYRAY_SHARP_VIPS = sharp-libvips-linux-$(WAYRAY_SHARP_ARCH)
WAYRAY_SHARP_EXTRA_DOWNLOADS = \
	$(WAYRAY_SHARP_MIRROR)/@img/$(WAYRAY_SHARP_BINDING)/-/$(WAYRAY_SHARP_BINDING)-0.35.5.tgz \
	$(WAYRAY_SHARP_MIRROR)/@img/$(WAYRAY_SHARP_VIPS)/-/$(WAYRAY_SHARP_VIPS)-1.3.4.tgz \
	$(WAYRAY_SHARP_MIRROR)/@img/colour/-/colour-1.1.0.tgz \
	$(WAYRAY_SHARP_MIRROR)/detect-libc/-/detect-libc-2.1.2.tgz \
	$(WAYRAY_SHARP_MIRROR)/semver/-/semver-7.8.6.tgz
WAYRAY_SHARP_LICENSE = Apache-2.0 (sharp, detect-libc), LGPL-3.0+ (libvips), MIT (colour), ISC (semver)
WAYRAY_SHARP_LICENSE_FILES = LICENSE
WAYRAY_SHARP_DEPENDENCIES = wayray-node

define WAYRAY_SHARP_EXTRACT_MODULE
	mkdir -p $(@D)/modules/$(1)
	$(TAR) -C $(@D)/modules/$(1) --strip-components=1 -xzf $(WAYRAY_SHARP_DL_DIR)/$(2)
endef

define WAYRAY_SHARP_EXTRACT_MODULES
	$(call WAYRAY_SHARP_EXTRACT_MODULE,sharp,$(WAYRAY_SHARP_SOURCE))
	$(call WAYRAY_SHARP_EXTRACT_MODULE,@img/$(WAYRAY_SHARP_BINDING),$(WAYRAY_SHARP_BINDING)-0.35.5.tgz)
	$(call WAYRAY_SHARP_EXTRACT_MODULE,@img/$(WAYRAY_SHARP_VIPS),$(WAYRAY_SHARP_VIPS)-1.3.4.tgz)
	$(call WAYRAY_SHARP_EXTRACT_MODULE,@img/colour,colour-1.1.0.tgz)
	$(call WAYRAY_SHARP_EXTRACT_MODULE,detect-libc,detect-libc-2.1.2.tgz)
	$(call WAYRAY_SHARP_EXTRACT_MODULE,semver,semver-7.8.6.tgz)
endef
WAYRAY_SHARP_POST_EXTRACT_HOOKS += WAYRAY_SHARP_EXTRACT_MODULES

define WAYRAY_SHARP_INSTALL_TARGET_CMDS
	mkdir -p $(TARGET_DIR)/opt/wayray/node_modules
	cp -a $(@D)/modules/. $(TARGET_DIR)/opt/wayray/node_modules/
endef

$(eval $(generic-package))
