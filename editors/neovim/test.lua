-- Drives Neovim's own client against the server: open, complete, hover, rename, fix. Ends with 0 if all is well.
-- MOSL names the command; run it in the repository.

vim.opt.runtimepath:append("editors/neovim")
vim.cmd("filetype on")
require("mosl").setup({ cmd = { vim.env.MOSL or "target/debug/mosl", "lsp" } })

local function fail(what)
  io.stderr:write("FAILED: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function check(condition, what)
  if not condition then
    fail(what)
  end
end

local folder = vim.fn.tempname()
vim.fn.mkdir(folder, "p")
local file = folder .. "/main.mosl"
vim.fn.writefile({ "const apple = [1, 2];", "appel;", "apple.in", "apple;" }, file)
vim.cmd("edit " .. file)
local buffer = vim.api.nvim_get_current_buf()

local function wait(what, condition)
  check(vim.wait(30000, condition, 50), what)
end

wait("the client attaches", function()
  return #vim.tbl_values(vim.lsp.buf_get_clients(buffer)) > 0
end)
wait("diagnostics come", function()
  return #vim.diagnostic.get(buffer) > 0
end)

local function request(method, line, character, more)
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = line, character = character } }
  local answers = vim.lsp.buf_request_sync(buffer, method, vim.tbl_extend("force", params, more or {}), 30000)
  for _, answer in pairs(answers or {}) do
    check(answer.error == nil, method .. ": " .. vim.inspect(answer.error))
    return answer.result
  end
  fail(method .. ": no answer")
end

local list = request("textDocument/completion", 2, 8)
local labels = vim.tbl_map(function(item)
  return item.label
end, list.items)
check(vim.tbl_contains(labels, "includes"), "completion offers includes")

local hover = request("textDocument/hover", 0, 8)
check(hover.contents.value:find("const apple: number%[%]") ~= nil, "the hover tells the type: " .. vim.inspect(hover))

local found = vim.diagnostic.get(buffer)
local range = { start = { line = 1, character = 0 }, ["end"] = { line = 1, character = 5 } }
local actions = request("textDocument/codeAction", 1, 0, { range = range, context = { diagnostics = {} } })
local fixed = false
for _, action in ipairs(actions) do
  if action.kind == "quickfix" then
    vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
    fixed = true
    break
  end
end
check(fixed, "there is a fix among " .. #found .. " diagnostics")
check(vim.fn.getline(2) == "apple;", "the fix is applied: " .. vim.fn.getline(2))

local edit = request("textDocument/rename", 0, 8, { newName = "pear" })
vim.lsp.util.apply_workspace_edit(edit, "utf-16")
check(vim.fn.getline(1) == "const pear = [1, 2];", "the declaration is renamed: " .. vim.fn.getline(1))
check(vim.fn.getline(4) == "pear;", "the use is renamed: " .. vim.fn.getline(4))

print("Neovim is served.\n")
vim.cmd("quitall!")
