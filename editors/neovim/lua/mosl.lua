-- MOSL for Neovim: files that end in .mosl are served by `mosl lsp`. See ../README.md.

local M = {}

local function root(file)
  local found = vim.fs and vim.fs.find and vim.fs.find("mosl.json", { upward = true, path = vim.fn.fnamemodify(file, ":h") })[1]
    or vim.fn.findfile("mosl.json", vim.fn.fnamemodify(file, ":h") .. ";")
  if found and found ~= "" then
    return vim.fn.fnamemodify(found, ":p:h")
  end
  return vim.fn.fnamemodify(file, ":p:h")
end

-- options.cmd: the command that starts the server; options.on_attach: as for every server.
function M.setup(options)
  options = options or {}
  local clients = {}
  vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
    pattern = "*.mosl",
    callback = function(event)
      vim.bo[event.buf].filetype = "mosl"
    end,
  })
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "mosl",
    callback = function(event)
      vim.bo[event.buf].commentstring = "// %s"
      vim.bo[event.buf].omnifunc = "v:lua.vim.lsp.omnifunc"
      local folder = root(vim.api.nvim_buf_get_name(event.buf))
      -- One server for a project.
      clients[folder] = clients[folder]
        or vim.lsp.start_client({
          name = "mosl",
          cmd = options.cmd or { "mosl", "lsp" },
          root_dir = folder,
          workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } },
          on_attach = options.on_attach,
          on_exit = function()
            clients[folder] = nil
          end,
        })
      vim.lsp.buf_attach_client(event.buf, clients[folder])
    end,
  })
end

return M
