#!/bin/sh
# Installs this checkout as the machine's WayRay server: commands, users, folders, PAM services, settings, systemd units.
# Idempotent; what an administrator may have changed (/etc/wayray, /etc/pam.d) is left as it is.
#   appliance/install/install.sh              this machine, as root
#   appliance/install/install.sh --root DIR   an image that is being built in DIR
set -eu
umask 022

here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
checkout=$(CDPATH='' cd -- "$here/../.." && pwd -P)
root=''

say() { printf 'install: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --root)
      if [ $# -lt 2 ] || [ ! -d "$2" ]; then fail '--root wants a folder that is there'; fi
      root=$(CDPATH='' cd -- "$2" && pwd -P)
      shift 2
      ;;
    *) say "unknown option $1; allowed: --root DIR"; exit 2 ;;
  esac
done
[ "$root" != / ] || root=''
[ "$(id -u)" = 0 ] || fail 'must run as root'

# Where the checkout will be when the image runs.
case $checkout/ in
  "${root:-/nowhere}"/*) program_dir=${checkout#"$root"} ;;
  *) program_dir=$checkout ;;
esac
case $program_dir in
  *[!A-Za-z0-9/._+-]*) fail "$program_dir: units and scripts want a path of letters, digits and / . _ + -" ;;
esac

# A folder, and what find says of it
is() {
  path=$1
  shift
  [ -n "$(find "$path" -maxdepth 0 "$@")" ]
}

# Sessions run the program as their users; and what root runs must not be anybody else's to change.
check_checkout() {
  folder=$checkout
  while [ "$folder" != / ] && [ "$folder" != "$root" ]; do
    is "$folder" -perm -001 ||
      fail "$folder: users of sessions cannot reach the program in it; put it elsewhere, e.g. into /opt/wayray"
    is "$folder" -uid 0 '(' ! -perm /022 -o -perm -1000 ')' ||
      say "warning: $folder can be changed by others than root, who runs what is in it"
    folder=$(dirname "$folder")
  done
}

# Once and for all, if need be with another content than before.
put() { # MODE SOURCE TARGET
  mkdir -p "$root$(dirname "$3")"
  sed "s|@PROGRAM_DIR@|$program_dir|g" "$2" >"$root$3.new"
  chmod "$1" "$root$3.new"
  mv -f "$root$3.new" "$root$3"
}

# What is an administrator's from then on.
offer() { # MODE SOURCE TARGET
  if [ ! -e "$root$3" ]; then
    put "$1" "$2" "$3"
  elif ! cmp -s "$2" "$root$3"; then
    say "$3 is kept as it is; what comes with this version is $2"
  fi
}

# Not a link: the program needs the Node of the checkout, which is in nobody's PATH.
install_command() { # NAME MAIN
  [ -f "$checkout/$2" ] || fail "$checkout/$2 is missing"
  flags=$(sed -n '1s/^#!.*[/ ]node//p' "$checkout/$2")
  mkdir -p "$root/usr/local/bin"
  printf '#!/bin/sh\nexec %s%s %s "$@"\n' "$program_dir/node_modules/.bin/node" "$flags" "$program_dir/$2" \
    >"$root/usr/local/bin/$1.new"
  chmod 0755 "$root/usr/local/bin/$1.new"
  mv -f "$root/usr/local/bin/$1.new" "$root/usr/local/bin/$1"
}

install_files() {
  for unit in wrsrvd wrsessd; do
    put 0644 "$here/systemd/$unit.service" "/usr/local/lib/systemd/system/$unit.service"
  done
  put 0644 "$here/sysusers.d/wayray.conf" /usr/local/lib/sysusers.d/wayray.conf
  put 0644 "$here/tmpfiles.d/wayray.conf" /usr/local/lib/tmpfiles.d/wayray.conf
  put 0644 "$here/modules-load.d/wayray.conf" /usr/local/lib/modules-load.d/wayray.conf
  put 0644 "$here/sysctl.d/wayray.conf" /usr/local/lib/sysctl.d/wayray.conf
  put 0644 "$here/pam.d/wayray-card.example" /usr/local/share/wayray/wayray-card.example
  offer 0644 "$here/logrotate.d/wayray" /etc/logrotate.d/wayray
  for service in wayray wayray-unlock wayray-greeter; do
    offer 0644 "$here/pam.d/$service" "/etc/pam.d/$service"
  done
  for file in wrsrvd.toml session.toml; do
    offer 0644 "$here/etc/$file" "/etc/wayray/$file"
  done
  install_wrsessd_settings
}

# Where no systemd runs its launcher would not either.
install_wrsessd_settings() {
  settings=$(mktemp)
  if [ -z "$root" ] && [ ! -d /run/systemd/system ]; then
    sed 's/^#launcher = .*/launcher = "direct"/' "$here/etc/wrsessd.toml" >"$settings"
  else
    cp "$here/etc/wrsessd.toml" "$settings"
  fi
  if [ ! -e "$root/etc/wayray/wrsessd.toml" ]; then
    put 0644 "$settings" /etc/wayray/wrsessd.toml
  elif ! cmp -s "$settings" "$root/etc/wayray/wrsessd.toml"; then
    offer 0644 "$here/etc/wrsessd.toml" /etc/wayray/wrsessd.toml
  fi
  rm "$settings"
}

# Debian has both tools apart from systemd's init, in the package systemd-standalone-sysusers and -tmpfiles, too.
check_tools() {
  for tool in systemd-sysusers systemd-tmpfiles; do
    command -v "$tool" >/dev/null ||
      fail "$tool is missing: apt-get install systemd-standalone-sysusers systemd-standalone-tmpfiles"
  done
}

make_users_and_folders() {
  systemd-sysusers ${root:+--root="$root"} "$root/usr/local/lib/sysusers.d/wayray.conf"
  systemd-tmpfiles ${root:+--root="$root"} --create "$root/usr/local/lib/tmpfiles.d/wayray.conf"
}

# Of a machine that runs already; others do it when they start. Not every kernel has it.
allow_rate_control() {
  [ -z "$root" ] && [ -d /run/systemd/system ] || return 0
  modprobe -q tcp_bbr || say 'this kernel has no BBR: links that lose packets will be slower'
  sysctl -q -p /usr/local/lib/sysctl.d/wayray.conf || true
}

enable_units() {
  if [ -n "$root" ]; then
    if command -v systemctl >/dev/null; then
      systemctl --quiet --root="$root" enable wrsessd.service wrsrvd.service
    else
      say 'no systemctl here: wrsessd.service and wrsrvd.service are not enabled'
    fi
  elif [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl --quiet enable wrsessd.service wrsrvd.service
    say 'start it with: systemctl start wrsessd wrsrvd'
  else
    say 'no systemd runs here. At each start of the machine, as root:'
    say '  systemd-tmpfiles --create wayray.conf'
    say '  wrsessd &'
    say '  runuser -u wayray -- wrsrvd &'
  fi
}

# Where Avahi runs, terminals of this network find the server by multicast DNS.
announce() {
  services=/etc/avahi/services
  [ -z "$root" ] && [ -d $services ] || return 0
  if runuser -u wayray -- /usr/local/bin/wrsrvd records --avahi >$services/wayray.service.new 2>/dev/null; then
    chmod 0644 $services/wayray.service.new
    mv -f $services/wayray.service.new $services/wayray.service
  else
    rm -f $services/wayray.service.new
    say "not announced by multicast DNS; later: wrsrvd records --avahi >$services/wayray.service"
  fi
}

check_checkout
check_tools
install_command wrsrvd appliance/broker/main.js
install_command wrsessd appliance/sessd/main.js
install_command wradm appliance/admin/main.js
install_command wrsession appliance/session/wrsession-main.js
install_command wrclient firmware/main.js
install_files
make_users_and_folders
announce
allow_rate_control
enable_units
