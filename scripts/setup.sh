# What the project needs and this machine lacks: sourced by ./dev. Every step looks first and installs only what is
# missing; tools are kept outside the clone, so that the next clone finds them.
# shellcheck shell=bash

CACHE=${RISKSET_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/riskset}
TRUNK_VERSION=0.21.14 # 0.22 needs a newer Rust
LLD=22                # Debian's package lld-$LLD, linker wasm-ld-$LLD

# The native command is looked for in the clone, wherever the user's other projects build.
export CARGO_TARGET_DIR=$ROOT/target
export RISKSET_CHROMIUM=${RISKSET_CHROMIUM:-}

# The commit that the results name; none where this is not a clone.
RISKSET_COMMIT=${RISKSET_COMMIT:-$(git rev-parse --short=12 HEAD 2>/dev/null || true)}
if [ -n "$RISKSET_COMMIT" ]; then export RISKSET_COMMIT; else unset RISKSET_COMMIT; fi

say() { printf '\n== %s\n' "$*"; }

# fail WHAT WHAT-TO-DO: ends with both.
fail() {
    printf '\n./dev: %s.\n' "$1" >&2
    if [ $# -gt 1 ]; then printf '  What to do: %s\n' "$2" >&2; fi
    exit 1
}

# attempt WHAT WHAT-TO-DO COMMAND...: runs the command; when it fails, says what was tried and what to do.
attempt() {
    local what=$1 remedy=$2
    shift 2
    "$@" || fail "$what failed (tried: $*)" "$remedy"
}

have() { command -v "$1" >/dev/null 2>&1; }

# One set-up at a time: two clones share the cache.
locked() {
    mkdir -p "$CACHE" || fail "cannot make the cache $CACHE" "set RISKSET_CACHE to a directory that can be written"
    if have flock; then
        exec 9>"$CACHE/lock"
        flock -n 9 || { say "another set-up is running; waiting for it"; flock 9; }
        "$@"
        exec 9>&-
    else
        "$@"
    fi
}

# debian_packages PACKAGE...: Debian packages that are not there yet.
debian_packages() {
    local package missing=() root=()
    for package in "$@"; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    have apt-get || fail "this machine has no apt-get to install: ${missing[*]}" "install them by hand, then run ./dev again"
    if [ "$(id -u)" != 0 ]; then
        have sudo || fail "installing ${missing[*]} needs root" "as root: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    say "Debian packages: ${missing[*]}"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null ||
        printf 'apt-get update failed; trying with the lists that are there\n' >&2
    attempt "installing Debian packages" "as root: apt-get update && apt-get install ${missing[*]}" \
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
}

# --- what every build needs ---------------------------------------------------------------------------------------

setup_native() {
    have cargo || PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    have cargo || fail "cargo is not on the PATH" "install Rust's stable toolchain: https://rustup.rs"
    have cc || locked debian_packages gcc libc6-dev
}

setup_build() {
    setup_native
    have node && have npm || fail "node or npm is not on the PATH" "install Node 20 or later: https://nodejs.org"
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "node $(node -v) is too old" "install Node 20 or later"
    locked install_build
    choose_wasm32
}

install_build() {
    install_wasm32
    install_tool wasm-bindgen-cli wasm-bindgen "$(wasm_bindgen_version)"
    install_tool trunk trunk "$TRUNK_VERSION" --locked
    install_npm
    # Packs the wasm within the page's scripts.
    have libdeflate-gzip || debian_packages libdeflate-tools
}

# The version of Cargo.lock: the two must be equal, or Trunk would download its own.
wasm_bindgen_version() { sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;}' "$ROOT/Cargo.lock"; }

# install_tool CRATE COMMAND VERSION [--locked]: into a directory of its own, named by the version.
install_tool() {
    local crate=$1 command=$2 version=$3 place=$CACHE/tools/$2-$3
    shift 3
    if [ ! -x "$place/bin/$command" ]; then
        say "$command $version (some minutes, once on this machine)"
        # Outside the clone: its settings must not matter. A directory of its own: nothing of the clone is rebuilt.
        (
            cd "$CACHE"
            unset CARGO_ENCODED_RUSTFLAGS RUSTFLAGS CARGO_BUILD_TARGET
            CARGO_TARGET_DIR=$CACHE/tools/build attempt "installing $crate $version" \
                "check that cargo can reach its package registry and that a C compiler is there (apt-get install gcc libc6-dev)" \
                cargo install --quiet --root "$place" "$@" --version "$version" "$crate" </dev/null
        ) || exit 1
        rm -rf "$CACHE/tools/build"
    fi
    PATH="$place/bin:$PATH"
}

# npm's tools, by the lock file's contents; the clone has a link to them.
install_npm() {
    local key place
    key=$(cat package.json package-lock.json | sha256sum | cut -c1-16)
    place=$CACHE/npm/$key-$(uname -m)-node$(node -p 'process.versions.node.split(".")[0]')
    if [ ! -d "$place/node_modules" ]; then
        say "npm's tools (esbuild, typescript, playwright-core, axe-core)"
        rm -rf "$place.part"
        mkdir -p "$place.part"
        cp package.json package-lock.json "$place.part/"
        # No install scripts: esbuild's only checks itself, playwright-core downloads nothing.
        attempt "npm ci" "check that npm's registry can be reached (npm config get registry)" \
            npm ci --prefix "$place.part" --ignore-scripts --no-audit --no-fund --silent </dev/null
        mv "$place.part" "$place"
    fi
    if [ "$(readlink node_modules 2>/dev/null)" != "$place/node_modules" ]; then
        rm -rf node_modules
        ln -s "$place/node_modules" node_modules
    fi
}

# --- the compiler for wasm32 --------------------------------------------------------------------------------------

# Whether the toolchain of the PATH has a standard library for wasm32.
has_wasm32() { compgen -G "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null; }

install_wasm32() {
    case ${RISKSET_WASM32:-} in
        rustup)
            has_wasm32 || attempt "adding rustup's target wasm32-unknown-unknown" \
                "check that rustup can reach its server, or set RISKSET_WASM32=debian" rustup_wasm32
            ;;
        debian) install_debian_wasm32 ;;
        '')
            has_wasm32 && return
            if have rustup; then
                say "rustup's target wasm32-unknown-unknown"
                rustup_wasm32 && return
                printf 'rustup could not add the target; taking the compiler from Debian\n' >&2
            fi
            install_debian_wasm32
            ;;
        *) fail "RISKSET_WASM32=$RISKSET_WASM32 is not known" "rustup or debian" ;;
    esac
}

rustup_wasm32() { timeout 300 rustup target add wasm32-unknown-unknown </dev/null && has_wasm32; }

# Debian has a recent compiler and the source of its library, but not the library for wasm32: it is built once for each
# version of the compiler, into a sysroot of its own in the cache. Nothing under /usr is touched.
debian_wasm32() { printf '%s/debian-%s' "$CACHE" "$(dpkg-query -W -f='${Version}' rustc-web | tr -c 'A-Za-z0-9.\n' -)"; }

install_debian_wasm32() {
    have dpkg-query || fail "no compiler for wasm32, and this is not Debian" "rustup target add wasm32-unknown-unknown"
    debian_packages rustc-web cargo-web rust-web-src rust-web-clippy "lld-$LLD"
    local place host
    place=$(debian_wasm32)
    [ -e "$place/ready" ] && return
    say "standard library for wasm32, from Debian's source ($(/usr/bin/rustc -V))"
    host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
    rm -rf "$place"
    mkdir -p "$place/std/src" "$place/bin" "$place/sysroot/lib/rustlib/wasm32-unknown-unknown/lib"
    printf '[package]\nname = "std-once"\nversion = "0.0.0"\nedition = "2024"\n' >"$place/std/Cargo.toml"
    printf '#![no_std]\n' >"$place/std/src/lib.rs"
    (
        cd "$place/std"
        unset CARGO_ENCODED_RUSTFLAGS RUSTFLAGS RUSTUP_TOOLCHAIN CARGO_BUILD_TARGET
        export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=$place/std/target
        attempt "building the standard library for wasm32" "check that cargo can reach its package registry" \
            /usr/bin/cargo build --quiet --release --target wasm32-unknown-unknown -Z build-std=std,panic_abort </dev/null
    ) || exit 1
    cp "$place"/std/target/wasm32-unknown-unknown/release/deps/*.rlib "$place/sysroot/lib/rustlib/wasm32-unknown-unknown/lib/"
    rm -f "$place"/sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libstd_once-*.rlib
    rm -rf "$place/std"
    ln -s "/usr/lib/rustlib/$host" "$place/sysroot/lib/rustlib/$host"
    # cargo, rustc and rustdoc that know this sysroot; clippy-driver reads SYSROOT.
    local tool
    for tool in rustc rustdoc; do
        printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' "$tool" "$place/sysroot" >"$place/bin/$tool"
    done
    cat >"$place/bin/cargo" <<WRAPPER
#!/bin/sh
export RUSTC="$place/bin/rustc" RUSTDOC="$place/bin/rustdoc" SYSROOT="$place/sysroot"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$LLD
# Named, because cargo looks for subcommands in its home first, and finds another compiler's.
if [ "\${1:-}" = clippy ]; then CARGO="$place/bin/cargo" exec /usr/bin/cargo-clippy "\$@"; fi
exec /usr/bin/cargo "\$@"
WRAPPER
    chmod +x "$place"/bin/*
    touch "$place/ready"
}

# After the set-up: which cargo builds for wasm32. `wasm COMMAND...` runs a command with it.
choose_wasm32() {
    WASM_PATH=$PATH WASM_STD="rustup's target wasm32-unknown-unknown"
    if [ "${RISKSET_WASM32:-}" = debian ] || ! has_wasm32; then
        WASM_PATH=$(debian_wasm32)/bin:$PATH
        WASM_STD="built from Debian's rust-web-src $(dpkg-query -W -f='${Version}' rust-web-src), linked by lld-$LLD $(dpkg-query -W -f='${Version}' "lld-$LLD")"
    fi
}

# The remapped prefix makes the bytes the same for every user; simd128, which every browser since 2023 has, halves the time of
# the sums and changes no bit of them. The threshold keeps functions that are not marked `#[inline]` from being copied to wherever they are called,
# which would make the engine a fifth larger. This variable replaces whatever rustflags a configuration has. Trunk refuses NO_COLOR=1,
# and would ask for its newest version.
wasm() {
    env -u NO_COLOR -u RUSTFLAGS PATH="$WASM_PATH" TRUNK_SKIP_VERSION_CHECK=true RISKSET_STD="$WASM_STD" \
        CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"$'\x1f-Ctarget-feature=+simd128\x1f-Cllvm-args=--inline-threshold=25' \
        "$@"
}

# --- what the tests need besides ----------------------------------------------------------------------------------

setup_test() {
    local component missing=()
    for component in fmt clippy; do cargo "$component" --version >/dev/null 2>&1 || missing+=("${component/#fmt/rustfmt}"); done
    if [ ${#missing[@]} -gt 0 ]; then
        attempt "adding ${missing[*]}" "rustup component add ${missing[*]}" rustup component add "${missing[@]}" </dev/null
    fi
    locked install_test
    RISKSET_CHROMIUM=${RISKSET_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)} ||
        fail "no Chromium found" "install chromium, or set RISKSET_CHROMIUM"
}

install_test() {
    if [ -z "$RISKSET_CHROMIUM" ] && ! have chromium && ! have google-chrome; then debian_packages chromium fonts-liberation2; fi
    # Another browser than Chromium, as its own protocol drives it.
    if [ -z "${RISKSET_FIREFOX:-}" ] && ! have firefox-esr; then debian_packages firefox-esr; fi
    # Reads and renders the PDF files that the page writes.
    have pdftoppm && have pdffonts || debian_packages poppler-utils
    if ! Rscript -e 'for (p in c("survival", "jsonlite", "cmprsk")) loadNamespace(p)' >/dev/null 2>&1; then
        debian_packages r-base-core r-cran-survival r-cran-jsonlite r-cran-cmprsk
    fi
}
