//! The `ferrule` command.
use ferrule::document::*;
use ferrule::engine::*;
use ferrule::qbxml::*;
use ferrule::rules::*;
use ferrule::sync::*;
fn main() {
    let c = compile(&RuleFiles::read(&["rules"]).unwrap());
    let program = c.program.unwrap();
    let mut args = std::env::args().skip(1);
    let docs = args.next().unwrap();
    let company = match args.next() {
        Some(q) => Company::load([q]).unwrap(),
        None => Company::unknown(),
    };
    let settings = program.settings.values(&Default::default()).unwrap();
    let raw = ferrule::steelhead::read(std::path::Path::new(&docs)).unwrap();
    let decoder = Decoder::new(&program.shapes, |id| program.need(id));
    let mut sources = vec![];
    for r in raw {
        match decoder.decode(r.json(), &r.origin()) {
            Ok(d) => sources.push(Source {
                origin: r.origin(),
                document: d.root,
            }),
            Err(e) => {
                for p in e {
                    eprintln!("{p}")
                }
            }
        }
    }
    let t = std::time::Instant::now();
    let plan = Planner::new(&program, &settings, &company, Links::default()).plan(sources, &|_, _| true);
    eprintln!("{:?}", t.elapsed());
    for s in &plan.steps {
        println!("{} {} {}", s.action().sign(), s.object, s.outcome.label);
        for n in s.outcome.rejections().iter().chain(&s.outcome.warnings) {
            println!("    {} {:?} {}", n.code, n.element, n.message)
        }
        if let Decision::Skip(Some(n)) = &s.outcome.decision {
            println!("    {}", n.message)
        }
        if let Decision::Connect(c) | Decision::Keep(c) = &s.outcome.decision {
            for ch in &c.changes {
                println!("    {} {:?} -> {:?}", ch.path, ch.before, ch.after)
            }
        }
        if std::env::var("XML").is_ok() {
            if let Some(x) = s.request_xml() {
                println!("{}", pretty(&x))
            }
        }
    }
    println!("{}", plan.counts());
}
