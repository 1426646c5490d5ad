//! A host in Rust: loads a module, lends it a world, calls it, ends what does not end. What `vm/c/examples/embed.c` does in C, with the
//! same output. Usage: `embed FILE.mvm`, the module being `vm/c/examples/embed.mosl` built with `mosl build --target mvm`.

use std::fmt::Write as _;

use mosl_vm::{
    Arg, Called, Host, HostCall, HostError, HostResult, HostValue, Instance, Limits, LoadError, Module, Stream, Turn,
    TurnEnd,
};

/// The world of one object: it counts nodes, and remembers the call that waits for an answer.
#[derive(Default)]
struct World {
    out: String,
    nodes: f64,
    waiting: u64,
    commits: u64,
}

impl Host for World {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        match call.name {
            "createNode" => {
                let kind = args.first().and_then(HostValue::as_str).unwrap_or("?");
                let _ = writeln!(self.out, "host: {} creates a {kind}", call.module);
                self.nodes += 1.0;
                HostResult::Value(self.nodes.into())
            }
            "animateProperties" => {
                self.waiting = 1;
                HostResult::Pending(self.waiting)
            }
            "setProperty" => HostResult::Value(HostValue::Undefined),
            _ => {
                HostResult::Throw(HostError { name: "TypeError".into(), message: "this host does not do that".into() })
            }
        }
    }

    fn print(&mut self, stream: Stream, text: &str) {
        let who = if stream == Stream::Err { "error" } else { "script" };
        let _ = writeln!(self.out, "{who}: {text}");
    }

    fn now_ms(&mut self) -> f64 {
        0.0
    }

    fn monotonic_ms(&mut self) -> f64 {
        0.0
    }

    fn random(&mut self) -> f64 {
        0.5
    }

    fn commit(&mut self) {
        self.commits += 1;
    }
}

impl World {
    /// Notes what a turn did.
    fn finish(&mut self, what: &str, turn: Turn) {
        let _ = write!(self.out, "{what}:");
        let settled = turn.settled.into_iter().find_map(|(_, settled)| settled.ok());
        match turn.called {
            Some(Called::Value(value)) => self.show(&value),
            _ => self.show(&settled.unwrap_or_default()),
        }
        if let TurnEnd::Trapped(trap) = &turn.end {
            let limit = trap.text.split('(').next().unwrap_or_default();
            let _ = write!(self.out, " ended by a {}", limit.lines().next().unwrap_or_default());
        }
        self.out.push('\n');
        for error in &turn.errors {
            let _ = writeln!(self.out, "{what}: {}", error.text);
        }
    }

    fn show(&mut self, value: &HostValue) {
        let _ = match value {
            HostValue::Number(number) => write!(self.out, " {number}"),
            HostValue::Str(text) => write!(self.out, " {text}"),
            HostValue::Record(entries) => entries.iter().try_for_each(|(name, item)| match item {
                HostValue::Str(text) => write!(self.out, " {name}={text}"),
                HostValue::Number(number) => write!(self.out, " {name}={number}"),
                HostValue::Bool(flag) => write!(self.out, " {name}={flag}"),
                _ => Ok(()),
            }),
            _ => Ok(()),
        };
    }
}

/// Runs the example; yields what it prints.
pub fn run(bytes: &[u8]) -> Result<String, LoadError> {
    let mut world = World::default();
    let forged = if Module::load(&bytes[..bytes.len() / 2]).is_ok() { "loaded" } else { "refused" };
    let _ = writeln!(world.out, "half a module: {forged}");

    let module = Module::load(bytes)?;
    let mut instance = Instance::new(&module, Limits { fuel: 10_000_000, ..Limits::default() });
    let turn = instance.start(&mut world);
    world.finish("start", turn);

    let turn = instance.call_export(&mut world, "area", &[Arg::Value(HostValue::Vec2([3.0, 4.0]))]);
    world.finish("area", turn);

    let names = vec![HostValue::from("Ada"), HostValue::from("Grace")];
    let options = HostValue::Record(vec![("loud".into(), true.into())]);
    let turn = instance.call_export(&mut world, "describe", &[names.into(), options.into()]);
    world.finish("describe", turn);

    // What waits for the host goes on when it answers.
    let turn = instance.call_export(&mut world, "ask", &[]);
    world.finish("ask", turn);
    let waiting = world.waiting;
    let turn = instance.resolve_host(&mut world, waiting, Ok(HostValue::Undefined));
    world.finish("answer", turn);

    while let Some(due) = instance.next_timer() {
        for turn in instance.advance_to(&mut world, due) {
            world.finish("timer", turn);
        }
    }
    let turn = instance.call_export(&mut world, "spin", &[]);
    world.finish("spin", turn);
    let (dead, turns, commits) = (u8::from(instance.is_dead()), instance.report().turns, world.commits);
    let _ = writeln!(world.out, "dead: {dead}, turns: {turns}, commits: {commits}");

    // Another instance of the module, on a thread of its own, which a watchdog ends.
    let mut other = Instance::new(&module, Limits::default());
    let turn = other.start(&mut world);
    world.finish("start", turn);
    let watchdog = other.interrupter();
    let turn = std::thread::scope(|scope| {
        let spinning = scope.spawn(|| other.call_export(&mut world, "spin", &[]));
        watchdog.interrupt();
        spinning.join().expect("nothing panics across the border")
    });
    world.finish("spin", turn);
    Ok(world.out)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: embed FILE.mvm")?;
    print!("{}", run(&std::fs::read(file)?)?);
    Ok(())
}
