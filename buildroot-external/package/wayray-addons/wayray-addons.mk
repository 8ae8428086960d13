################################################################################
#
# wayray-addons
#
################################################################################

WAYRAY_ADDONS_VERSION = 0.1.0
WAYRAY_ADDONS_SITE = $(BR2_EXTERNAL_WAYRAY_PATH)/../native
WAYRAY_ADDONS_SITE_METHOD = local
WAYRAY_ADDONS_LICENSE = Apache-2.0
WAYRAY_ADDONS_DEPENDENCIES = \
	host-pkgconf libdrm libinput libopenh264 libxkbcommon pcsc-lite pixman seatd udev \
	wayray-node wayray-node-addon-api zstd
WAYRAY_ADDONS_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude /build*
# What of native/ a terminal loads; the rest would need libraries it has no use for
WAYRAY_ADDONS_CONCERNS = card drm input pixels process stream video-decode-small xkb
ifeq ($(BR2_PACKAGE_WAYRAY_ADDONS_LIBAVCODEC),y)
WAYRAY_ADDONS_DEPENDENCIES += ffmpeg
WAYRAY_ADDONS_LARGE = video-decode
endif
WAYRAY_ADDONS_BUILT = $(WAYRAY_ADDONS_CONCERNS) $(WAYRAY_ADDONS_LARGE)
# Only its sources, for video-decode-small
WAYRAY_ADDONS_SHARED = video-decode
WAYRAY_ADDONS_CONF_OPTS = \
	-Dconcerns=$(subst $(space),$(comma),$(strip $(WAYRAY_ADDONS_BUILT))) \
	-Dnode_root=$(STAGING_DIR)/opt/wayray \
	-Dnapi_root=$(STAGING_DIR)/opt/wayray/include/node-addon-api

define WAYRAY_ADDONS_DROP_OTHERS
	find $(@D) -mindepth 1 -maxdepth 1 -type d \
		$(foreach concern,$(WAYRAY_ADDONS_BUILT) $(WAYRAY_ADDONS_SHARED) include buildroot-build,! -name $(concern)) \
		-exec rm -rf {} +
endef
WAYRAY_ADDONS_POST_RSYNC_HOOKS += WAYRAY_ADDONS_DROP_OTHERS

define WAYRAY_ADDONS_INSTALL_TARGET_CMDS
	$(foreach concern,$(WAYRAY_ADDONS_BUILT),
		$(INSTALL) -D -m 0755 $(@D)/buildroot-build/$(concern)/$(concern).node \
			$(TARGET_DIR)/opt/wayray/addons/$(concern)/$(concern).node
	)
endef

$(eval $(meson-package))
