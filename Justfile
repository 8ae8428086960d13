# Developer's recipes. `just check` is the whole fast gate.
export PATH := justfile_directory() / "node_modules/.bin:" + env_var("PATH")
biome := "node_modules/@biomejs/cli-linux-" + (if arch() == "aarch64" { "arm64" } else { "x64" }) + "/biome"

_default:
    @just --list

# Types, lint, formats, generated files up to date, unit tests
check: check-static unit

check-static: types lint generated

types:
    tsc -p .

lint:
    {{biome}} check --error-on-warnings .
    clang-format --dry-run -Werror $(git ls-files '*.c' '*.cc' '*.h')
    shellcheck setup.sh .ci/run $(git ls-files '*.sh' 'images/*/init' 'images/root/files/etc/init.d/*' 'images/root/files/usr/libexec/*' '*.script' '*.script.d/*')

# Fails when a committed generated file is not what its generator makes
generated:
    node protocol/tools/wayland.ts --check
    node protocol/tools/codec.ts --check
    node appliance/admin/tools/rest-document.ts --check

# Rewrite what the formatters can mend
format:
    {{biome}} check --write .
    clang-format -i $(git ls-files '*.c' '*.cc' '*.h')

build:
    ninja -C native/build

# All suites, as `npm test` runs them; words choose suites: `just test ava`
test *suites:
    node tests/run.ts {{suites}}

# TypeScript tests alone; arguments go to ava
unit *args:
    ava {{args}}

# Random sequences of what may happen to a picture between session and terminal, for some minutes: `--share 0.1`, `--seed N`
convergence *options:
    node tests/appliance/encode/convergence/report.ts {{options}}

# WayRay beside other remote desktops, as root: `just bench --help` tells the options
bench *options:
    node tests/bench/main.ts {{options}}

# The same over LAN, WAN and a link that loses packets, seven rounds, about an hour: table and plot; `--link lan` a part of it, `--resume FOLDER` goes on
bench-all *options:
    node tests/bench/main.ts --link lan,wan,loss --rounds 7 {{options}}

# Memory of many sessions at rest, and how many people at work one core serves, beside other remote desktops, as root: about 20 minutes
bench-density *options:
    node tests/bench/density/main.ts {{options}}

# Typing while something big moves, on a link of 100, 2 and 100 Mbit/s, as root; a word chooses: `just links film`
links *which:
    node tests/system/links/report.ts {{which}}

# Descriptors and memory of the server over 1,000 clients and 1,000 terminals that come and go
cycles *count:
    node tests/system/cycles-report.ts {{count}}

# Wayland conformance of the compositor, every test; `just wlcs --filter Popup --verbose` looks at some
wlcs *options:
    node tests/wlcs/run.ts {{options}}

# The README's picture, made anew
screenshot:
    node tests/system/screenshot.ts

# Cards that come and go at two terminals, as root; 10,000 events of 5-500 ms take about 25 minutes
storm *arguments:
    node tests/system/abuse/storm-report.ts {{arguments}}

# A session that moves while wrsrvd, wrsessd, logins, login screens, pcscd and terminals are killed, as root
kill-moves *arguments:
    node tests/system/abuse/kill-moves-report.ts {{arguments}}

# What a virtual machine boots: kernel, initramfs and the terminal's root, in images/build (`./setup.sh --vm` first)
vm-build *programs:
    node images/vm/build.ts {{programs}}

# The image to flash onto a PC that shall be a terminal, in images/build/terminal; `--sizes`, `--libavcodec`, `--firmware FOLDER` (`./setup.sh --image` first)
image-terminal *options:
    node images/terminal/build.ts {{options}}

# The same for arm64 machines with UEFI, in images/build/arm64/terminal
image-terminal-arm64 *options:
    node images/arm64/build.ts {{options}}

# Tests of the addons' cores, compiled for arm64, in an emulator (`just image-terminal-arm64` first)
test-arm64:
    meson test -C images/build/arm64/addons 'card core' 'drm core' 'input core' 'pixels codec' 'pixels composite' 'xkb core'

# A terminal's image with Buildroot: `just image-buildroot BUILDROOT=path board=NAME`, see docs/buildroot.md
image-buildroot *settings:
    sh buildroot-external/build.sh {{settings}}

# A terminal that boots in virtual machines, step by step, as root; words choose chapters: `just vm hot-desk`, see docs/vm.md
vm *chapters:
    node tests/system/vm/story.ts {{chapters}}

# The arm64 image from power-on to a session, in a virtual machine, as root (`just image-terminal-arm64` first)
vm-arm64:
    node tests/system/vm/arm64.ts

# The image to flash in virtual machines, as root: boots, slots, power cuts, watchdog; words choose: `just vm-disk bios`
vm-disk *steps:
    node tests/system/vm/disk.ts {{steps}}
