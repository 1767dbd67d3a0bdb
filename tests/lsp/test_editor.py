"""A shop's repository in an editor, by pytest-lsp: a client that none of us wrote. It refuses what is not in the protocol.

Run by tests/it/lsp_clients.rs, which names the program in FERRULE and an empty folder in SHOP.
"""

import asyncio
import os
import pathlib
import shutil
import subprocess

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

FERRULE = os.environ["FERRULE"]
SHOP = pathlib.Path(os.environ["SHOP"])

INVOICE = """object: invoice
export:
  fields:
    Memo: { value: =plain(invoice.notes), overflow: truncate }
    Other: { value: =my_text(invoice), overflow: truncate }
"""
SCRIPT = """// Functions of this shop.

/// What stands in Other.
fn my_text(invoice) {
    settings_free(invoice.shipVia)
}

fn settings_free(text) {
    upper(text)
}
"""


def write(name, text):
    path = SHOP / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def url(name):
    return (SHOP / name).as_uri()


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[FERRULE, "lsp"]))
async def client(lsp_client: LanguageClient):
    shutil.rmtree(SHOP, ignore_errors=True)
    subprocess.run([FERRULE, "init", str(SHOP)], check=True, capture_output=True)
    write("site/invoice.yaml", INVOICE)
    write("site/scripts/own.rhai", SCRIPT)
    params = types.InitializeParams(
        capabilities=types.ClientCapabilities(),
        workspace_folders=[types.WorkspaceFolder(uri=SHOP.as_uri(), name="shop")],
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


def open_file(client, name, text, version=1):
    language = "rhai" if name.endswith(".rhai") else "yaml"
    item = types.TextDocumentItem(uri=url(name), language_id=language, version=version, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))


def change(client, name, text, version):
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=url(name), version=version),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
        )
    )


def close(client, name):
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(text_document=types.TextDocumentIdentifier(uri=url(name)))
    )


def at(text, marked):
    """The position of the bar in a part of the text."""
    before = text[: text.index(marked.replace("|", "")) + marked.index("|")]
    line = before.count("\n")
    column = len(before.rsplit("\n", 1)[-1].encode("utf-16-le")) // 2
    return types.Position(line=line, character=column)


def place(name, text, marked):
    return {"text_document": types.TextDocumentIdentifier(uri=url(name)), "position": at(text, marked)}


async def told(client, name, wanted):
    """What is wrong with a file, once it is as wanted."""
    for _ in range(200):
        found = list(client.diagnostics.get(url(name), []))
        if wanted(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{name}: {client.diagnostics}")


async def labels(client, name, text, marked):
    found = await client.text_document_completion_async(types.CompletionParams(**place(name, text, marked)))
    return [item.label for item in sorted(found.items, key=lambda item: item.sort_text)]


async def said(client, name, text, marked):
    found = await client.text_document_hover_async(types.HoverParams(**place(name, text, marked)))
    return found.contents.value if found else None


def applied(text, edits):
    lines = text.split("\n")

    def offset(position):
        return sum(len(line) + 1 for line in lines[: position.line]) + position.character

    for edit in sorted(edits, key=lambda it: -offset(it.range.start)):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


@pytest.mark.asyncio
async def test_what_is_wrong_is_told_while_it_is_typed_and_taken_back(client):
    wrong = INVOICE.replace("invoice.notes", "invoice.noets")
    open_file(client, "site/invoice.yaml", wrong)
    found = await told(client, "site/invoice.yaml", lambda it: len(it) == 1)
    assert found[0].code == "R501" and "`notes`" in found[0].message
    assert found[0].range.start == at(wrong, "invoice.|noets")

    # Half typed, in many ways.
    for version, part in enumerate(["export:\n  fields:\n    Memo: {", "exp", "export: [", "\t", "a: |\n", ""], 2):
        change(client, "site/invoice.yaml", part, version)
    change(client, "site/invoice.yaml", INVOICE, 20)
    await told(client, "site/invoice.yaml", lambda it: it == [])

    # A mistake in one file is told in the other that depends on it.
    open_file(client, "site/scripts/own.rhai", SCRIPT.replace("fn my_text", "fn my_txt"))
    found = await told(client, "site/invoice.yaml", lambda it: len(it) == 1)
    assert found[0].code == "R220"
    close(client, "site/scripts/own.rhai")
    await told(client, "site/invoice.yaml", lambda it: it == [])


@pytest.mark.asyncio
async def test_what_changes_on_disk_is_seen(client):
    path = write("site/vendor.yaml", "object: vendor\nexport: { fields: { Nmae: x } }\n")
    await told(client, "site/vendor.yaml", lambda it: it and it[0].code == "R301")
    path.unlink()
    await told(client, "site/vendor.yaml", lambda it: it == [])
    old = (SHOP / "ferrule.yaml").read_text()
    write("ferrule.yaml", old.replace("[base, site]", "[base, sight]"))
    found = await told(client, "ferrule.yaml", lambda it: it)
    assert "sight" in found[0].message
    write("ferrule.yaml", old)
    await told(client, "ferrule.yaml", lambda it: it == [])


@pytest.mark.asyncio
async def test_completion_offers_what_may_stand_there(client):
    name, text = "site/invoice.yaml", INVOICE.replace("    Memo:", "    \n    Memo:").replace("invoice.notes", "invoice.")
    open_file(client, name, text)
    elements = await labels(client, name, text, "  fields:\n    |\n")
    assert elements[:3] == ["CustomerRef", "ClassRef", "ARAccountRef"] and "Memo" not in elements
    assert "shipVia" in await labels(client, name, text, "plain(invoice.|)")
    names = await labels(client, name, text, "my_te|xt(invoice)")
    assert {"invoice", "settings", "my_text", "join", "connection"} <= set(names)
    assert await labels(client, name, text, "overflow: tr|uncate } \n".strip()) == ["reject", "truncate", "shorten"]
    keys = await labels(client, name, text, "ex|port:")
    assert "import" in keys and "export" in keys
    longer = text + "    Rate: =settings.\n"
    change(client, name, longer, 2)
    assert "receivable_account" in await labels(client, name, longer, "settings.|")


@pytest.mark.asyncio
async def test_a_word_says_what_it_means_and_which_value_it_has(client):
    name = "site/invoice.yaml"
    open_file(client, name, INVOICE)
    memo = await said(client, name, INVOICE, "    Me|mo:")
    assert "at most 4095 characters" in memo and "editions: US, CA, UK, AU" in memo
    assert "Markdown" in await said(client, name, INVOICE, "=pl|ain(")
    assert "What stands in Other." in await said(client, name, INVOICE, "=my_te|xt(")
    assert "text" in await said(client, name, INVOICE, "invoice.no|tes")
    text = INVOICE + "    RefNumber: =settings.custom_prefix + invoice.idInDomain\n"
    change(client, name, text, 2)
    prefix = await said(client, name, text, "settings.custom_pr|efix")
    assert "default: S-" in prefix
    number = await said(client, name, text, "    RefNum|ber:")
    assert "`RefNumber` is `S-1`" in number, number
    other = (SHOP / "fixtures").glob("**/*.yaml")
    case = write("fixtures/invoice/zz_other.yaml", next(other).read_text().replace("idInDomain: 1", "idInDomain: 77"))
    command = types.ExecuteCommandParams(command="ferrule.useCase", arguments=[str(case.relative_to(SHOP))])
    await client.workspace_execute_command_async(command)
    assert "`RefNumber` is `S-77`" in await said(client, name, text, "    RefNum|ber:")
    await client.workspace_execute_command_async(types.ExecuteCommandParams(command="ferrule.useCase"))
    assert "`invoice.idInDomain` is `1`" in await said(client, name, text, "invoice.idIn|Domain")


@pytest.mark.asyncio
async def test_a_quick_fix_mends_what_it_is_for(client):
    name, wrong = "site/invoice.yaml", INVOICE.replace("    Memo:", "    Mamo:")
    open_file(client, name, wrong)
    found = await told(client, name, lambda it: any(it.code == "R301" for it in it))
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=url(name)),
            range=found[0].range,
            context=types.CodeActionContext(diagnostics=list(found)),
        )
    )
    assert [action.title for action in actions] == ["Write `Memo`"]
    assert applied(wrong, actions[0].edit.changes[url(name)]) == INVOICE

    long = INVOICE.replace("{ value: =my_text(invoice), overflow: truncate }", "=my_text(invoice)")
    change(client, name, long, 2)
    found = await told(client, name, lambda it: any(it.code == "R401" for it in it))
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=url(name)),
            range=found[0].range,
            context=types.CodeActionContext(diagnostics=list(found)),
        )
    )
    assert [action.title for action in actions][0] == "Cut what is too long"
    change(client, name, applied(long, actions[0].edit.changes[url(name)]), 3)
    await told(client, name, lambda it: it == [])


@pytest.mark.asyncio
async def test_definitions_and_references_go_over_yaml_and_rhai(client):
    name = "site/invoice.yaml"
    open_file(client, name, INVOICE)
    open_file(client, "site/scripts/own.rhai", SCRIPT)

    async def defined(name, text, marked):
        found = await client.text_document_definition_async(types.DefinitionParams(**place(name, text, marked)))
        return [(it.uri, it.range.start.line) for it in found or []]

    assert await defined(name, INVOICE, "my_te|xt(") == [(url("site/scripts/own.rhai"), 3)]
    [(field, _)] = await defined(name, INVOICE, "invoice.no|tes")
    assert field == url(".ferrule/base/shapes/invoice.yaml")
    [(key, _)] = await defined(name, INVOICE, "    Me|mo:")
    assert key == url(".ferrule/base/invoice.yaml")
    project = (SHOP / "ferrule.yaml").read_text()
    [(layer, _)] = await defined("ferrule.yaml", project, "[base, si|te]")
    assert layer.startswith(url("site"))
    found = await client.text_document_references_async(
        types.ReferenceParams(
            context=types.ReferenceContext(include_declaration=True), **place("site/scripts/own.rhai", SCRIPT, "fn my_|text")
        )
    )
    assert {it.uri for it in found} == {url(name), url("site/scripts/own.rhai")} and len(found) == 2


@pytest.mark.asyncio
async def test_what_a_shop_defines_can_be_renamed_and_nothing_else(client):
    name = "site/invoice.yaml"
    open_file(client, name, INVOICE)

    async def renamed(name, text, marked, new):
        params = types.RenameParams(new_name=new, **place(name, text, marked))
        return (await client.text_document_rename_async(params)).changes

    changes = await renamed(name, INVOICE, "my_te|xt(", "our_text")
    assert applied(INVOICE, changes[url(name)]) == INVOICE.replace("my_text", "our_text")
    script = url("site/scripts/own.rhai")
    assert applied(SCRIPT, changes[script]) == SCRIPT.replace("my_text", "our_text")
    changes = await renamed("site/scripts/own.rhai", SCRIPT, "free(te|xt)", "words")
    assert applied(SCRIPT, changes[script]) == SCRIPT.replace("free(text)", "free(words)").replace("upper(text)", "upper(words)")
    for text, marked, new in [
        (INVOICE, "my_te|xt(", "settings_free"),
        (INVOICE, "my_te|xt(", "no name"),
        (INVOICE, "=pl|ain(", "plainer"),
        (INVOICE, "invoice.no|tes", "words"),
    ]:
        with pytest.raises(Exception):
            await renamed(name, text, marked, new)
    settings = (SHOP / "site/settings.yaml").read_text()
    with pytest.raises(Exception, match="comes with Ferrule"):
        await renamed("site/settings.yaml", settings, "  custom_pr|efix:", "prefix")


@pytest.mark.asyncio
async def test_a_file_is_put_into_form(client):
    name = "site/invoice.yaml"
    open_file(client, name, INVOICE.replace("    ", "        "))
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(
            text_document=types.TextDocumentIdentifier(uri=url(name)),
            options=types.FormattingOptions(tab_size=2, insert_spaces=True),
        )
    )
    assert edits[0].new_text == INVOICE


@pytest.mark.asyncio
async def test_a_file_outside_of_the_layers_is_left_alone(client):
    write("elsewhere/other.yaml", "fields: [")
    open_file(client, "elsewhere/other.yaml", "fields: [")
    assert await said(client, "elsewhere/other.yaml", "fields: [", "fie|lds") is None
    assert await labels(client, "elsewhere/other.yaml", "fields: [", "fie|lds") == []
    assert not client.diagnostics.get(url("elsewhere/other.yaml"))
