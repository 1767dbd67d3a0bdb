//! The password that is not in the address: `PGPASSWORD`, or a line of the password file, as PostgreSQL's own programs
//! find it.

use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The password for that user of that database.
pub(super) fn of(config: &Config) -> Option<String> {
    std::env::var("PGPASSWORD").ok().or_else(|| in_file(&std::fs::read_to_string(file()?).ok()?, config))
}

/// `.pgpass` in the home folder, unless `PGPASSFILE` says otherwise.
fn file() -> Option<PathBuf> {
    let named = std::env::var_os("PGPASSFILE").map(PathBuf::from);
    named.or_else(|| Some(std::env::home_dir()?.join(".pgpass")))
}

/// The last field of the first line whose others fit: `host:port:database:user:password`, where `*` fits everything.
fn in_file(lines: &str, config: &Config) -> Option<String> {
    let host = match config.get_hosts().first()? {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(_) => "localhost".to_owned(),
    };
    let port = config.get_ports().first().map_or_else(|| "5432".to_owned(), u16::to_string);
    let user = config.get_user()?;
    let wanted = [host.as_str(), &port, config.get_dbname().unwrap_or(user), user];
    lines.lines().find_map(|line| {
        let mut fields = fields(line);
        let password = (fields.len() == wanted.len() + 1).then(|| fields.pop()).flatten()?;
        let fits = fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted);
        fits.then_some(password)
    })
}

/// What stands between colons; a backslash takes the next character as it is.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let taken = match character {
            ':' => {
                fields.push(String::new());
                continue;
            }
            '\\' => characters.next(),
            other => Some(other),
        };
        if let Some(field) = fields.last_mut() {
            field.extend(taken);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let file = "# a note\nother:5432:*:shop:no\ndb:5432:ferrule:shop:p\\:w\\\\d\n*:*:*:*:last";
        let of = |address: &str| in_file(file, &address.parse().unwrap());
        assert_eq!(of("postgres://shop@db/ferrule").as_deref(), Some("p:w\\d"));
        assert_eq!(of("postgres://shop@db:6432/ferrule").as_deref(), Some("last"));
        assert_eq!(of("postgres://shop@%2Ftmp/ferrule").as_deref(), Some("last"));
    }
}
