-- A shop's repository in Neovim: a rule is mistyped, told, mended by a quick fix, completed, looked up, put into form and saved. Run
-- by tests/it/lsp_clients.rs, which names the program in FERRULE, the repository in SHOP and what is done in STORY. Works from Neovim
-- 0.7 on.

local shop, ferrule = os.getenv("SHOP"), os.getenv("FERRULE")

local function wait_for(what, is_so)
  if not vim.wait(20000, is_so, 20) then
    error("waited in vain: " .. what .. "\n" .. vim.inspect(vim.diagnostic.get(0)))
  end
end

local function codes()
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local code = diagnostic.code or (diagnostic.user_data and diagnostic.user_data.lsp and diagnostic.user_data.lsp.code)
    table.insert(found, code or diagnostic.message)
  end
  return table.concat(found, " ")
end

local function ask(method, params)
  local answers = assert(vim.lsp.buf_request_sync(0, method, params, 20000))
  for _, answer in pairs(answers) do
    assert(not answer.error, vim.inspect(answer.error))
    return answer.result
  end
end

-- Puts the cursor behind some text.
local function go_behind(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local _, last = line:find(text, 1, true)
    if last then
      return vim.api.nvim_win_set_cursor(0, { number, last })
    end
  end
  error("there is no " .. text)
end

local function position()
  return vim.lsp.util.make_position_params(0, "utf-16")
end

local function open(file)
  vim.cmd("cd " .. shop)
  vim.cmd("set virtualedit=onemore")
  local client = vim.lsp.start_client({ name = "ferrule", cmd = { ferrule, "lsp" }, root_dir = shop })
  vim.cmd("edit " .. file)
  assert(vim.lsp.buf_attach_client(0, client))
  wait_for("the server", function() return #vim.lsp.get_active_clients() == 1 end)
end

-- Mends the first mistake by its quick fix of that title.
local function mend(title)
  local diagnostic = vim.diagnostic.get(0)[1]
  local range = {
    start = { line = diagnostic.lnum, character = diagnostic.col },
    ["end"] = { line = diagnostic.end_lnum, character = diagnostic.end_col },
  }
  local actions = ask("textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(0),
    range = range,
    context = { diagnostics = {} },
  })
  assert(actions[1].title == title, vim.inspect(actions))
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  wait_for("that it is gone", function() return codes() == "" end)
end

local function save()
  local format = vim.lsp.buf.formatting_sync or function() vim.lsp.buf.format({ async = false }) end
  format(nil, 20000)
  vim.cmd("write")
  wait_for("that nothing is wrong in its form", function() return codes() == "" end)
end

local stories = {}

-- What `ferrule new object` has drafted is changed.
function stories.payment()
  open("site/payment.yaml")
  vim.cmd([[%s/payment.txnDate/payment.txnDat/]])
  wait_for("the mistake", function() return codes() ~= "" end)
  mend("Write `txnDate`")
  go_behind("RefNumber: { value: =payment.ref")
  local said = ask("textDocument/hover", position()).contents.value
  assert(said:find("A-1", 1, true), said)
  save()
end

function stories.invoice()
  open("site/invoice.yaml")
  vim.api.nvim_buf_set_lines(0, 0, -1, false, {
    "object: invoice",
    "export:",
    "    fields:",
    "        Mamo: { value: =plain(invoice.notes), overflow: truncate }",
  })
  wait_for("the mistake", function() return codes():find("R301") end)

  mend("Write `Memo`")

  vim.api.nvim_buf_set_lines(0, -1, -1, false, { "        PONumber: { value: =invoice., overflow: truncate }" })
  go_behind("=invoice.")
  local items = ask("textDocument/completion", position()).items
  local words = {}
  for _, item in ipairs(items) do
    words[item.label] = item.textEdit
  end
  assert(words.shipVia and words.customer, vim.inspect(items))
  vim.lsp.util.apply_text_edits({ words.shipVia }, 0, "utf-16")
  wait_for("that nothing is wrong", function() return codes() == "" end)

  go_behind("PONum")
  local said = ask("textDocument/hover", position()).contents.value
  assert(said:find("at most 25 characters", 1, true), said)
  go_behind("invoice.shi")
  assert(ask("textDocument/definition", position())[1].uri:find("shapes/invoice.yaml", 1, true))

  save()
end

local is_well, problem = pcall(stories[os.getenv("STORY")])
if not is_well then
  io.stderr:write(tostring(problem) .. "\n")
  vim.cmd("cquit")
end
vim.cmd("qall!")
