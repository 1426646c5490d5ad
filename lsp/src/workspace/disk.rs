//! Files as the compiler sees them: open documents first, then the disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use mosl_compiler::project::{FileSystem, ReadError};

use super::Document;

/// Open documents over the disk.
pub(super) struct Overlay<'d> {
    pub open: &'d Arc<BTreeMap<String, Document>>,
    /// What was read before.
    pub known: Option<&'d Texts>,
}

impl<'d> Overlay<'d> {
    pub fn new(open: &'d Arc<BTreeMap<String, Document>>) -> Self {
        Self { open, known: None }
    }
}

/// Texts of files as they were read, each with the file's stamp of then. A file is read again when its stamp is another one.
#[derive(Debug, Default)]
pub(super) struct Texts(Mutex<BTreeMap<String, (Stamp, Arc<str>)>>);

/// When a file was written, and its size.
type Stamp = (SystemTime, u64);

/// A file that was written just now may be written again within what its file system can tell apart.
const UNSETTLED: Duration = Duration::from_secs(2);

impl Texts {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        let data = std::fs::metadata(path).ok().filter(|data| data.is_file());
        let stamp = data.and_then(|data| Some((data.modified().ok()?, data.len())));
        let settled = stamp.filter(|(at, _)| at.elapsed().is_ok_and(|age| age > UNSETTLED));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(stamp), Some((of, text))) = (settled, known.get(path))
            && stamp == *of
        {
            return Ok(text.clone());
        }
        let text: Arc<str> = read(path)?.into();
        match settled {
            Some(stamp) => _ = known.insert(path.to_owned(), (stamp, text.clone())),
            None => _ = known.remove(path),
        }
        Ok(text)
    }
}

impl FileSystem for Overlay<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.read_shared(path).map(|text| text.to_string())
    }

    fn read_shared(&self, path: &str) -> Result<Arc<str>, ReadError> {
        match (self.open.get(path), self.known) {
            (Some(document), _) => Ok(document.text.clone()),
            (None, Some(known)) => known.read(path),
            (None, None) => read(path).map(Arc::from),
        }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let open = self.open.keys().filter_map(|path| path.strip_prefix(&prefix));
        let mut names: Vec<String> = open.filter(|rest| !rest.contains('/')).map(str::to_owned).collect();
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        names.extend(entries.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        names.sort();
        names.dedup();
        names
    }
}

/// A file's text. What is no absolute path is no file: an unsaved document imports nothing from the server's own folder.
pub(super) fn read(path: &str) -> Result<String, ReadError> {
    if !Path::new(path).is_absolute() {
        return Err(ReadError::NotFound);
    }
    match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| ReadError::Unreadable("it is not UTF-8".into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(ReadError::NotFound),
        Err(error) => Err(ReadError::Unreadable(error.to_string())),
    }
}
