# A release of the page, and whether it can be made again: sourced by ./dev.
# shellcheck shell=bash

run_release() {
    case ${1:-} in
        '') make_release ;;
        --check) check_release ;;
        *) fail "release does not know \"$1\"" "./dev release [--check]" ;;
    esac
}

# The page of this commit as archives with checksums, in target/release-archive.
make_release() {
    clean_commit
    setup_build
    say "page"
    build_page
    say "release"
    node scripts/release.mjs
    printf 'in target/release-archive\n'
}

# A release names its commit: nothing may differ from it.
clean_commit() {
    git rev-parse --git-dir >/dev/null 2>&1 || fail "this is not a clone, so a release could not name its commit" "git clone the source"
    [ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed" "git status; commit them, or put them aside with git stash"
}

# Builds the commit twice, from two clones in different folders with a CARGO_HOME each, and compares the bytes of the releases.
check_release() {
    clean_commit
    setup_build
    local place clone
    place=$(mktemp -d)
    trap "rm -rf '$place'" EXIT
    for clone in one another/folder/two; do
        say "release from a clone in $place/$clone"
        mkdir -p "$(dirname "$place/$clone")" "$place/cargo"
        git clone --quiet "$ROOT" "$place/$clone"
        git -C "$place/$clone" checkout --quiet --detach "$(git rev-parse HEAD)"
        # What cargo has downloaded already is copied, so that only the folder is another.
        copy_cargo_home "$place/cargo/$(basename "$clone")"
        (
            unset RISKSET_COMMIT CARGO_TARGET_DIR
            CARGO_HOME=$place/cargo/$(basename "$clone") RISKSET_CACHE=$CACHE "$place/$clone/dev" release
        ) || fail "the release could not be built in $clone" "read its messages above"
    done
    say "the two releases"
    local one=$place/one/target/release-archive two=$place/another/folder/two/target/release-archive
    cat "$one/RELEASE.json"
    if diff -r "$one" "$two"; then
        cat "$one/SHA256SUMS"
        printf 'both releases have the same bytes\n'
    else
        diff "$one/RELEASE.json" "$two/RELEASE.json" || true
        fail "two builds of one commit differ" "the files above say where"
    fi
}

copy_cargo_home() {
    local part from=${CARGO_HOME:-$HOME/.cargo}
    mkdir -p "$1"
    for part in registry/index registry/cache config.toml config; do
        if [ -e "$from/$part" ]; then mkdir -p "$1/$(dirname "$part")" && cp -R "$from/$part" "$1/$part"; fi
    done
}
