-- Drives Neovim's own client against the server, with its own keys and commands: open, type, complete, hover, fix, rename, format.
-- MOSL names the command; run it in the repository. Ends with 0 if all is well.

local here = vim.fn.getcwd()
vim.opt.runtimepath:append(here .. "/editors/neovim")
vim.opt.completeopt = { "menu", "menuone", "noselect" }
vim.cmd("filetype on")
require("mosl").setup({ cmd = { vim.fn.fnamemodify(vim.env.MOSL or "target/debug/mosl", ":p"), "lsp" } })

local PATIENCE = 60000

local function pause(milliseconds)
  local routine = coroutine.running()
  vim.defer_fn(function()
    assert(coroutine.resume(routine))
  end, milliseconds)
  coroutine.yield()
end

-- Waits until `look` yields something. Neovim goes on meanwhile: it takes keys and hears the server.
local function eventually(what, look)
  for _ = 1, PATIENCE / 50 do
    local found = look()
    if found then
      return found
    end
    pause(50)
  end
  error("waited in vain: " .. what, 0)
end

local function keys(text)
  vim.api.nvim_input(text)
  pause(100)
end

local function line(number)
  return vim.fn.getline(number)
end

local function line_becomes(number, text)
  eventually("line " .. number .. " reads `" .. text .. "`, but it reads `" .. line(number) .. "`", function()
    return line(number) == text
  end)
end

local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
    end
  end
end

local function open()
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder, "p")
  vim.fn.writefile({ '{ "name": "orchard", "strict": true }' }, folder .. "/mosl.json")
  vim.fn.writefile({ "export const ripe = 3;" }, folder .. "/tree.mosl")
  vim.fn.writefile({ "const apple = [1, 2];", "appel;", "apple;" }, folder .. "/main.mosl")
  vim.cmd("edit " .. folder .. "/main.mosl")
  eventually("the client attaches", function()
    return vim.lsp.buf_server_ready and vim.lsp.buf_server_ready() or #vim.tbl_values((vim.lsp.get_clients or vim.lsp.buf_get_clients)()) > 0
  end)
end

local function diagnose()
  local found = eventually("a diagnostic comes", function()
    return vim.diagnostic.get(0)[1]
  end)
  assert(found.lnum == 1 and found.message:find("appel", 1, true), vim.inspect(found))
end

local function complete()
  keys("Goapple.inc<C-x><C-o>")
  local function offers()
    return vim.tbl_map(function(item)
      return item.word
    end, vim.fn.complete_info({ "items" }).items)
  end
  eventually("the list offers includes", function()
    return vim.fn.pumvisible() == 1 and vim.tbl_contains(offers(), "includes")
  end)
  keys("<C-n><C-y>(1);<Esc>")
  line_becomes(4, "apple.includes(1);")
end

local function hover()
  vim.fn.cursor(1, 8)
  vim.lsp.buf.hover()
  local text = eventually("the hover opens", floating_text)
  assert(text:find("const apple: number[]", 1, true), "the hover tells the type: " .. text)
  vim.cmd("only")
end

-- Chooses what the editor offers as a user would.
local function fix()
  local offered = {}
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do
      local title = options.format_item and options.format_item(item) or tostring(item)
      table.insert(offered, title)
      if title:find("apple", 1, true) then
        return choose(item)
      end
    end
  end
  vim.fn.cursor(2, 2)
  vim.lsp.buf.code_action()
  eventually("the fix is applied", function()
    return line(2) == "apple;" or nil
  end)
end

local function rename()
  vim.fn.cursor(1, 8)
  vim.lsp.buf.rename("pear")
  line_becomes(1, "const pear = [1, 2];")
  line_becomes(2, "pear;")
  line_becomes(4, "pear.includes(1);")
end

local function format()
  vim.fn.setline(3, "let   sum=pear[0]+1")
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = PATIENCE })
  else
    vim.lsp.buf.formatting_sync(nil, PATIENCE)
  end
  line_becomes(3, "let sum = pear[0] + 1;")
end

-- The definition is in another file, which the client opens.
local function go()
  vim.fn.append(0, 'import { ripe } from "./tree.mosl";')
  vim.fn.append(1, "ripe;")
  vim.fn.cursor(2, 2)
  vim.lsp.buf.definition()
  eventually("the other file opens", function()
    return vim.fn.expand("%:t") == "tree.mosl"
  end)
end

local steps = { open = open, diagnose = diagnose, complete = complete, hover = hover, fix = fix, rename = rename, format = format, go = go }
local order = { "open", "diagnose", "complete", "hover", "fix", "rename", "format", "go" }

coroutine.wrap(function()
  for _, name in ipairs(order) do
    local fine, reason = pcall(steps[name])
    if not fine then
      io.stderr:write("FAILED: " .. name .. ": " .. tostring(reason) .. "\n")
      vim.cmd("cquit 1")
    end
    io.stdout:write("ok: " .. name .. "\n")
  end
  vim.cmd("quitall!")
end)()
