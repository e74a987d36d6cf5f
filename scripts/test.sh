# Everything that must hold, in one run: sourced by ./dev. Each step has a heading and its time; every step runs, also
# after one that failed. The last line is the total alone: `N passed, M failed`.
# shellcheck shell=bash

PASSED=0 FAILED=0 SKIPPED=0
declare -a BROKEN=()

# step NAME COMMAND...: runs the command and adds what it counted: cargo's and node's own counts, else one check.
step() {
    local name=$1 log started=$SECONDS status=0 passed failed skipped
    shift
    log=$(mktemp "$ROOT/target/step.XXXXXX")
    say "$name"
    # Pipes lose the status of the command, hence PIPESTATUS; nothing may wait for a terminal.
    set +e
    "$@" </dev/null 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    set -e
    read -r passed failed skipped < <(counts "$log")
    rm -f "$log"
    # A step that says nothing of tests is one check; one that broke without naming a failed test is one failure.
    if [ $((passed + failed)) -eq 0 ] && [ "$status" -eq 0 ]; then passed=1; fi
    if [ "$failed" -eq 0 ] && [ "$status" -ne 0 ]; then failed=1; fi
    PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
    if [ "$failed" -gt 0 ]; then BROKEN+=("$name"); fi
    printf -- '-- %s: %d passed, %d failed (%d s)\n' "$name" "$passed" "$failed" $((SECONDS - started))
}

# The sums of "test result: ok. 3 passed; 0 failed; 1 ignored" (cargo) and of "# pass 3" (node).
counts() {
    awk '
        /^test result: / { for (i = 2; i <= NF; i++) {
            if ($i == "passed;") passed += $(i - 1)
            if ($i == "failed;") failed += $(i - 1)
            if ($i == "ignored;") skipped += $(i - 1) } }
        /^# pass [0-9]+$/ { passed += $3 }
        /^# fail [0-9]+$/ { failed += $3 }
        /^# cancelled [0-9]+$/ { failed += $3 }
        /^# skipped [0-9]+$/ { skipped += $3 }
        /^# todo [0-9]+$/ { skipped += $3 }
        END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# Node's tests, so many files at a time.
node_tests() {
    local at_once=$1
    shift
    [ $# -gt 0 ] || return 0
    node --test --test-concurrency="$at_once" --test-reporter=tap "$@"
}

# The first lines of a list that two hands take from: a quarter of it, at the end one line.
next() {
    (
        flock 8
        local n
        n=$((($(wc -l <"$1") + 3) / 4))
        head -n "$n" "$1"
        sed -i "1,${n}d" "$1"
    ) 8>"$1.lock"
}

# Puts lines at the end of that list.
also() {
    local list=$1
    shift
    (
        flock 8
        printf '%s\n' "$@" >>"$list"
    ) 8>"$list.lock"
}

# Browser tests, some files at a time in one browser, until the list is empty.
browser_tests() {
    local files status=0
    while mapfile -t files < <(next "$ROOT/target/browser.list") && [ ${#files[@]} -gt 0 ]; do
        node --test-reporter=tap tests/browser/together.mjs "${files[@]}" || status=1
    done
    return "$status"
}

# The other hand, beside the lints and the Rust tests: the page, which takes minutes of one core, then browser tests.
other_hand() {
    local status=0
    build_page >target/page.log 2>&1 || status=$?
    printf '%s\n' "$status" >target/page.status
    if [ "$status" -eq 0 ]; then browser_tests >target/browser.log 2>&1 || status=$?; fi
    printf '%s\n' "$status" >target/browser.status
}

# What the other hand said of its page or of its browser tests, once it has done with them.
of_other_hand() {
    until [ -s "target/$1.status" ]; do sleep 0.2; done
    cat "target/$1.log"
    return "$(cat "target/$1.status")"
}

# This hand's browser tests, and the other's.
all_browser_tests() {
    local status=0
    browser_tests || status=$?
    of_other_hand browser || status=$?
    return "$status"
}

host_rustdoc() { RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --locked "$@"; }
wasm_rustdoc() { RUSTDOCFLAGS=-Dwarnings wasm cargo doc --no-deps --locked "$@"; }

run_tests() {
    local quick=
    case ${1:-} in
        '') ;;
        --quick) quick=yes ;;
        *) fail "test does not know \"$1\"" "./dev test [--quick]" ;;
    esac
    setup_build
    if [ -z "$quick" ]; then setup_test; fi
    export RISKSET_CHROMIUM
    # What it answers is compared: `cargo test` builds it.
    export RISKSET_COMMAND=$ROOT/target/debug/riskset
    mkdir -p target
    rm -f target/step.*
    # The build of the engine for wasm32 without the command.
    local wasm32=(--target wasm32-unknown-unknown --lib --no-default-features)
    local office=(--manifest-path office/Cargo.toml --target-dir target/parts)
    local units=(tests/reference/packed.test.mjs) browsers=() file
    while IFS= read -r -d '' file; do units+=("$file"); done < <(find www/app scripts tests/awkward -name '*.test.mjs' -print0 | sort -z)
    # The longest begin; those that compare with the native command wait for it.
    while IFS= read -r -d '' file; do
        case $file in
            */examples/* | */accessibility/* | */kept_study/* | */offline/* | */hosting/*) browsers=("$file" "${browsers[@]}") ;;
            */curves/* | */demonstration/* | */encodings/*) ;;
            *) browsers+=("$file") ;;
        esac
    done < <(find tests/browser -name 'test.mjs' -print0 | sort -z)

    if [ -z "$quick" ]; then
        rm -f target/page.* target/browser.*
        printf '%s\n' "${browsers[@]}" >target/browser.list
        other_hand </dev/null &
        # Whoever stops the run stops both.
        trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
    fi
    step "format" cargo fmt --check
    step "format of the bench" cargo fmt --check --manifest-path benches/Cargo.toml
    step "format of what stands in for libraries" cargo fmt --check --all --manifest-path office/Cargo.toml
    step "clippy" cargo clippy --locked --all-targets -- -D warnings
    if [ -z "$quick" ]; then step "clippy for wasm32" wasm cargo clippy --locked "${wasm32[@]}" -- -D warnings; fi
    if [ -z "$quick" ]; then step "clippy for the second wasm" wasm cargo clippy --locked "${office[@]}" --workspace --target wasm32-unknown-unknown -- -D warnings; fi
    step "rustdoc" host_rustdoc
    if [ -z "$quick" ]; then step "rustdoc for wasm32" wasm_rustdoc "${wasm32[@]}"; fi
    step "Rust tests and reference cases" cargo test --locked --no-fail-fast
    step "tests of what stands in for libraries" cargo test --locked "${office[@]}" -p crc32fast -p fast-float2
    step "types of the page's JavaScript" node_modules/.bin/tsc -p tsconfig.json
    step "types of the tools' JavaScript" node_modules/.bin/tsc -p tsconfig.tools.json
    step "JavaScript tests" node_tests 2 "${units[@]}"
    if [ -z "$quick" ]; then
        step "R gives the reference values" node_tests 1 tests/reference/reproduce.test.mjs
        step "page" of_other_hand page
        step "native and wasm give the same bits" node_tests 1 tests/parity/parity.test.mjs tests/parity/office.test.mjs
        step "the release has the same bytes each time" node_tests 1 tests/release/release.test.mjs
        also target/browser.list tests/browser/{curves,demonstration,encodings}/test.mjs
        step "browser tests" all_browser_tests
    fi

    say "total after $((SECONDS / 60)) min $((SECONDS % 60)) s"
    local broken
    for broken in "${BROKEN[@]+"${BROKEN[@]}"}"; do printf 'failed: %s\n' "$broken"; done
    local total="$PASSED passed, $FAILED failed"
    if [ "$SKIPPED" -gt 0 ]; then total="$total, $SKIPPED skipped"; fi
    printf '%s\n' "$total"
    [ "$FAILED" -eq 0 ]
}
