# How fast it is, beside R and others: sourced by ./dev. Never a test: nothing fails for being slow. Everything runs on
# one core, one after the other; docs/benchmarks.md is written from the lines of JSON that each side prints.
# shellcheck shell=bash

LIFELINES=0.30.0

# One core, the last one: what the machine does besides is more often on the first.
one_core() {
    if have taskset; then taskset -c "$(($(nproc) - 1))" "$@"; else "$@"; fi
}

# The lines of one side are appended; a side that breaks is said and spares the others.
side() {
    local name=$1 started=$SECONDS
    shift
    if "$@" </dev/null >>"$BENCH/lines"; then
        printf -- '-- %s (%d s)\n' "$name" $((SECONDS - started))
    else
        printf -- '-- %s broke (%d s): %s\n' "$name" $((SECONDS - started)) "$*" >&2
    fi
}

setup_bench() {
    setup_build
    if ! Rscript -e 'for (p in c("survival", "data.table")) loadNamespace(p)' >/dev/null 2>&1; then
        locked debian_packages r-base-core r-cran-survival r-cran-data.table
    fi
    # lifelines is left out where Python cannot install it.
    PYTHON=$CACHE/lifelines-$LIFELINES/bin/python
    if ! [ -x "$PYTHON" ]; then
        say "lifelines $LIFELINES"
        { python3 -m venv "$CACHE/lifelines.part" && "$CACHE/lifelines.part/bin/pip" install --quiet "lifelines==$LIFELINES" &&
            rm -rf "$CACHE/lifelines-$LIFELINES" && python3 -m venv "$CACHE/lifelines-$LIFELINES" &&
            "$PYTHON" -m pip install --quiet "lifelines==$LIFELINES"; } </dev/null || {
            printf 'lifelines cannot be installed here and is left out\n' >&2
            PYTHON=
        }
        rm -rf "$CACHE/lifelines.part"
    fi
}

# build_bench SIDE PROFILE COMPILER: the native command and the wasm module of a side; the engine as the page has it, the peer as fast as can be.
build_bench() {
    local side=$1 profile=$2 compiler=$3 target=$BENCH/target
    say "bench: $side"
    CARGO_TARGET_DIR=$target cargo build --quiet --release --locked --manifest-path benches/Cargo.toml --features "$side"
    cp "$target/release/riskset-bench" "$BENCH/$side"
    CARGO_TARGET_DIR=$target "$compiler" cargo build --quiet --profile "$profile" --locked --manifest-path benches/Cargo.toml --features "$side" \
        --lib --target wasm32-unknown-unknown
    wasm-bindgen --target nodejs --out-dir "$BENCH/$side-wasm" --out-name bench \
        "$target/wasm32-unknown-unknown/$profile/riskset_bench.wasm"
    # The clone's own package.json says that scripts are modules; the glue is none.
    printf '{ "type": "commonjs" }\n' >"$BENCH/$side-wasm/package.json"
}

# As `wasm`, without what keeps the page's engine small.
wasm_peer() {
    env -u NO_COLOR -u RUSTFLAGS PATH="$WASM_PATH" \
        CARGO_ENCODED_RUSTFLAGS="$(printf -- '--remap-path-prefix=%s=/cargo\x1f-Ctarget-feature=+simd128' "${CARGO_HOME:-$HOME/.cargo}")" \
        "$@"
}

# The machine as JSON.
machine() {
    local processor memory
    processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
    memory=$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo 2>/dev/null)
    PROCESSOR=${processor:-$(uname -m)} MEMORY=${memory:-unknown} CORES=$(nproc) SYSTEM="$(uname -sr)" \
        LOAD=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown) ARGUMENTS="$*" RUSTC=$(rustc -V | cut -d' ' -f2) \
        node -e '
            const e = process.env;
            console.log(JSON.stringify({
                processor: e.PROCESSOR, cores: e.CORES, memory: e.MEMORY, system: e.SYSTEM, load: e.LOAD, arguments: e.ARGUMENTS,
                date: new Date().toISOString().slice(0, 10), commit: e.RISKSET_COMMIT ?? "",
                versions: { rustc: e.RUSTC, Node: process.versions.node, "crate survival": "2.0.0" },
            }));'
}

run_bench() {
    # The page instead: the first curves in a cold browser.
    if [ "${1:-}" = --page ]; then
        shift
        build
        setup_test
        node scripts/first_curves.mjs "$@"
        return
    fi
    local quick= size sizes=() arguments="$*"
    for size in "$@"; do
        case $size in
            --quick) quick=yes ;;
            '' | *[!0-9]*) fail "bench does not know \"$size\"" "./dev bench [--quick] [rows...], such as ./dev bench 1000 100000" ;;
            *) sizes+=("$size") ;;
        esac
    done
    if [ ${#sizes[@]} -eq 0 ]; then
        if [ -n "$quick" ]; then sizes=(1000 10000 100000); else sizes=(1000 10000 100000 1000000); fi
    fi
    setup_bench
    BENCH=$ROOT/target/bench
    mkdir -p "$BENCH/data"
    # The generator's code is part of what a file holds.
    local made
    made=$(sha256sum benches/src/cohort.rs | cut -c1-16)
    if [ "$(cat "$BENCH/data/made" 2>/dev/null)" != "$made" ]; then
        rm -rf "$BENCH/data"
        mkdir -p "$BENCH/data"
        printf '%s\n' "$made" >"$BENCH/data/made"
    fi
    build_bench engine page wasm
    build_bench peer release wasm_peer
    say "cohorts: ${sizes[*]} rows"
    "$BENCH/engine" generate "$BENCH/data" "${sizes[@]}"
    : >"$BENCH/lines"
    machine "$arguments" >"$BENCH/machine.json"
    # No threads anywhere.
    export RAYON_NUM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
    say "running (some minutes)"
    local started=$SECONDS file
    side "native, cox_table" one_core "$BENCH/engine" run native - -
    side "wasm, cox_table" one_core node --expose-gc benches/run.mjs wasm "$BENCH/engine-wasm/bench.js" - -
    for size in "${sizes[@]}"; do
        file=$BENCH/data/cohort-$size
        side "native, $size" one_core "$BENCH/engine" run native "$file.bin" "$file.csv"
        side "wasm, $size" one_core node --expose-gc --max-old-space-size=8192 benches/run.mjs wasm "$BENCH/engine-wasm/bench.js" "$file.bin" "$file.csv"
        side "crate native, $size" one_core "$BENCH/peer" run "crate native" "$file.bin" -
        side "crate wasm, $size" one_core node --expose-gc --max-old-space-size=8192 benches/run.mjs "crate wasm" "$BENCH/peer-wasm/bench.js" "$file.bin" -
    done
    side "R" one_core Rscript benches/run.R "$BENCH/data" "${sizes[@]}"
    # With --quick without lifelines.
    if [ -n "$PYTHON" ] && [ -z "$quick" ]; then side "lifelines" one_core "$PYTHON" benches/run.py "$BENCH/data" "${sizes[@]}"; fi
    node benches/report.mjs "$BENCH/lines" "$BENCH/machine.json" >"$BENCH/benchmarks.md"
    cp "$BENCH/benchmarks.md" docs/benchmarks.md
    say "docs/benchmarks.md is written after $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s of running"
}
