//! `mosl build`: a program in another form: `--target mvm` is the module that nodes run, `--target wasm` the file that browsers and nodes
//! run, `--target web` a page with it, `--target js` takes the types out and leaves JavaScript.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mosl_compiler::erase::Script;
use mosl_compiler::wasm;
use mosl_vm::Digest;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::{
    MODULE, Object, Refusal, WASM, WasmProgram, compile_object, compile_path, compile_wasm, javascript,
    project_description,
};
use crate::web_folder::Page;
use crate::{terminal, wasm_file, web_folder};

pub const COMMAND: Command = Command {
    name: "build",
    usage: "--target FORM [PATH] [--out PATH]",
    summary: "Writes a program as a module, a page or JavaScript",
    about: "\
--target mvm compiles a program into one file, the module that nodes and
`mosl run` load; --out names it. The same program gives the same bytes.

--target wasm compiles it into one WebAssembly file for browsers and wasmtime,
and says what of it takes how many bytes.

--target web writes a folder that any static server serves: a page that shows
the object, the file, the runtime, the project's assets, a manifest; --out names
the folder, else it is `dist`. Of a folder of projects it writes a page each, and
one that leads to them.

With --source-map both write NAME.wasm.map, by which the debuggers of browsers
show the program's own lines; the file keeps the names of its functions.

With --optimize whole-program inference runs first: code without types becomes
faster, in exchange for time and some bytes.

With --metered the program counts the fuel that it burns, as the MVM does, and
exports it as `fuel`: an embedder says there how much a turn may burn.

--target js takes the types out of a program and leaves the JavaScript that it
is: ES modules, each token at its own line and column. What JavaScript does not
have (units, amounts of MRK, vectors, `mark:` modules) is refused by name. A
single file is printed; with --out, every file is written into that folder.",
    options: &[
        Opt { name: "target", value: "FORM", about: "what to write: `mvm`, `wasm`, `web` or `js`" },
        Opt {
            name: "out",
            value: "PATH",
            about: "write there: the module's file, the folder of the page or the JavaScript",
        },
        Opt { name: "metered", value: "", about: "of `wasm` and `web`: count fuel as the MVM does" },
        Opt { name: "optimize", value: "", about: "of `wasm` and `web`: infer types of the whole program first" },
        Opt { name: "source-map", value: "", about: "of `wasm` and `web`: write what debuggers need, too" },
    ],
    operands: (0, 1),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    let path = args.operands.first().map_or(".", String::as_str);
    match args.value("target") {
        Some("js") => build_javascript(Path::new(path), args.value("out")),
        Some(MODULE) => build_module(path, args.value("out")),
        Some(WASM) => build_wasm(path, args.value("out"), options(args)),
        Some("web") => build_web(path, args.value("out"), options(args)),
        Some(other) => usage(&format!("There is no target `{other}`: mosl build --target mvm, wasm, web or js")),
        None => usage("Say what to build: mosl build --target mvm, wasm, web or js"),
    }
}

fn options(args: &Args) -> wasm::Options {
    wasm::Options { metered: args.has("metered"), optimize: args.has("optimize"), source_map: args.has("source-map") }
}

fn build_module(path: &str, out: Option<&str>) -> Exit {
    let program = match compile_path(path).shown() {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let bytes = program.module.to_bytes();
    let file = out.map_or_else(|| PathBuf::from(module_name(Path::new(path), MODULE)), PathBuf::from);
    if let Err(error) = std::fs::write(&file, &bytes) {
        return cannot_write(&file, &error);
    }
    println!("{}: {} bytes, SHA-256 {}", file.display(), bytes.len(), program.module.hash());
    Exit::Success
}

fn build_wasm(path: &str, out: Option<&str>, options: wasm::Options) -> Exit {
    let WasmProgram { mut bytes, source_map, .. } = match object(path, options) {
        Ok(object) => object.wasm,
        Err(exit) => return exit,
    };
    let file = out.map_or_else(|| PathBuf::from(module_name(Path::new(path), WASM)), PathBuf::from);
    if let Some(map) = source_map {
        let mut beside = file.clone().into_os_string();
        beside.push(".map");
        let beside = PathBuf::from(beside);
        wasm_file::link_source_map(&mut bytes, &beside.file_name().unwrap_or_default().to_string_lossy());
        if let Err(error) = std::fs::write(&beside, map) {
            return cannot_write(&beside, &error);
        }
    }
    if let Err(error) = std::fs::write(&file, &bytes) {
        return cannot_write(&file, &error);
    }
    println!("{}: {} bytes, SHA-256 {}", file.display(), bytes.len(), Digest::of(&bytes));
    print!("{}", wasm_file::sizes(&bytes));
    Exit::Success
}

fn build_web(path: &str, out: Option<&str>, options: wasm::Options) -> Exit {
    let folder = PathBuf::from(out.unwrap_or("dist"));
    let projects = projects_in(Path::new(path));
    let paths = if projects.is_empty() { vec![path.to_owned()] } else { projects.clone() };
    let objects: Result<Vec<Object>, Exit> = paths.iter().map(|path| object(path, options)).collect();
    let objects = match objects {
        Ok(objects) => objects,
        Err(exit) => return exit,
    };
    let descriptions: Vec<String> = paths.iter().map(|path| project_description(Path::new(path))).collect();
    let pages: Vec<Page<'_>> = paths
        .iter()
        .zip(&objects)
        .zip(&descriptions)
        .map(|((path, Object { wasm, name, .. }), description)| Page {
            project: Path::new(path),
            name,
            description,
            object: wasm,
        })
        .collect();
    let written = match pages.as_slice() {
        [page] if projects.is_empty() => web_folder::write(page, &folder),
        pages => web_folder::write_all(pages, &folder),
    };
    match written {
        Ok(files) => {
            println!("{}: serve it with any static server", folder.display());
            files.iter().for_each(|(path, bytes)| println!("  {bytes:>9}  {}", path.display()));
            Exit::Success
        }
        Err(error) => cannot_write(&folder, &error),
    }
}

/// The projects in a folder that is none itself, by name.
fn projects_in(folder: &Path) -> Vec<String> {
    let is_project = |path: &Path| path.join("mosl.json").is_file() || path.join("main.mosl").is_file();
    let Ok(entries) = std::fs::read_dir(folder).map(|entries| entries.flatten()) else { return Vec::new() };
    let mut found: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| !is_project(folder) && is_project(path))
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    found.sort();
    found
}

/// The object after its warnings; of a refusal, how the command ends that has shown it.
fn object(path: &str, options: wasm::Options) -> Result<Object, Exit> {
    shown(compile_object(path, options)).inspect(|object| eprint!("{}", object.wasm.warnings))
}

/// The program after its warnings; of a refusal, how the command ends that has shown it.
pub fn wasm(path: &str, options: wasm::Options) -> Result<WasmProgram, Exit> {
    shown(compile_wasm(path, options)).inspect(|program| eprint!("{}", program.warnings))
}

fn shown<T>(compiled: Result<T, Refusal>) -> Result<T, Exit> {
    compiled.map_err(|refusal| {
        eprint!("{}", refusal.for_terminal());
        Exit::Refused
    })
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Exit {
    terminal::error(&format!("`{}` cannot be written: {error}", path.display()));
    Exit::Failure
}

/// `NAME.mvm` or `NAME.wasm` for the project's folder or the file's name.
fn module_name(path: &Path, extension: &str) -> OsString {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = if full.is_dir() { full.file_name() } else { full.file_stem() };
    let mut name = name.map_or_else(|| "module".into(), OsString::from);
    name.push(".");
    name.push(extension);
    name
}

fn build_javascript(path: &Path, out: Option<&str>) -> Exit {
    let scripts = match javascript(path) {
        Ok(scripts) => scripts,
        Err(refusal) => {
            eprint!("{}", refusal.for_terminal());
            return Exit::Refused;
        }
    };
    match (out, scripts.as_slice()) {
        (Some(folder), _) => write_all(Path::new(folder), &scripts),
        (None, [only]) => {
            print!("{}", only.text);
            Exit::Success
        }
        (None, _) => usage("The program has several files: say where they go with --out DIR"),
    }
}

fn usage(message: &str) -> Exit {
    terminal::error(message);
    Exit::Usage
}

fn write_all(folder: &Path, scripts: &[Script]) -> Exit {
    for script in scripts {
        let path = folder.join(&script.name);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(error) = written.and_then(|()| std::fs::write(&path, &script.text)) {
            return cannot_write(&path, &error);
        }
    }
    Exit::Success
}
