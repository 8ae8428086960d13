#!/bin/sh
# What Debian's image has, too: how programs are started and kept, state, network, fonts. Called with the target's folder.
set -eu
target=$1
shared=$BR2_EXTERNAL_WAYRAY_PATH/../images/root/files
for program in etc/init.d/terminal etc/init.d/cards usr/share/udhcpc/default.script.d/wayray \
	usr/libexec/wayray-keep usr/libexec/wayray-log usr/libexec/wayray-ready usr/libexec/wayray-name \
	usr/libexec/wayray-folders usr/libexec/wayray-partition usr/libexec/wayray-state usr/libexec/wayray-config \
	usr/libexec/wayray-network usr/libexec/wayray-watchdog usr/libexec/wayray-alive; do
	install -D -m 0755 "$shared/$program" "$target/$program"
done
for file in etc/fonts/fonts.conf etc/udev/rules.d/70-wayray.rules; do
	install -D -m 0644 "$shared/$file" "$target/$file"
done
# The root is read-only: what is found out about the network, and said of this terminal, lies in memory.
mkdir -p "$target/etc/wayray"
ln -sfn /run/wayray/terminal.toml "$target/etc/wayray/terminal.toml"
ln -sfn /run/resolv.conf "$target/etc/resolv.conf"
