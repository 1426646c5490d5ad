//! What a reference tells: modules, what they declare, and the documentation of each. Data only.

use std::sync::Arc;

/// A file of the program, of the library, or a `mark:*` module.
#[derive(Clone, Debug)]
pub struct Module {
    /// As a program imports it, or the title of a part of the library.
    pub name: String,
    /// The file's name, for warnings and examples.
    pub file: String,
    pub family: Family,
    pub source: Arc<str>,
    /// What the comment at the file's start says.
    pub doc: Doc,
    pub items: Vec<Item>,
    /// Names of other modules that this one uses: local name, module's name, name there.
    pub imports: Vec<(String, String, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Family {
    Project,
    /// `mark:*`
    Platform,
    /// What is there without an import.
    Language,
}

impl Family {
    pub const ALL: [Self; 3] = [Self::Project, Self::Platform, Self::Language];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Project => "This project",
            Self::Platform => "Platform modules",
            Self::Language => "Standard library",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Class,
    Interface,
    Enum,
    Type,
    Function,
    Constant,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Class, Self::Interface, Self::Enum, Self::Type, Self::Function, Self::Constant];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Interface => "interface",
            Self::Enum => "enum",
            Self::Type => "type",
            Self::Function => "function",
            Self::Constant => "constant",
        }
    }

    pub const fn plural(self) -> &'static str {
        match self {
            Self::Class => "Classes",
            Self::Interface => "Interfaces",
            Self::Enum => "Enums",
            Self::Type => "Types",
            Self::Function => "Functions",
            Self::Constant => "Constants",
        }
    }

    /// Whether its name can stand for a type.
    pub const fn is_type(self) -> bool {
        matches!(self, Self::Class | Self::Interface | Self::Enum | Self::Type)
    }
}

/// Something that a module declares for others.
#[derive(Clone, Debug)]
pub struct Item {
    pub name: String,
    pub kind: Kind,
    /// One, or the overloads of a function.
    pub signatures: Vec<String>,
    pub doc: Doc,
    /// From 1.
    pub line: usize,
    pub members: Vec<Member>,
    /// What a class or interface extends, by name.
    pub bases: Vec<String>,
    pub is_default: bool,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub group: Group,
    /// One, or overloads, or a getter and its setter.
    pub signatures: Vec<String>,
    pub doc: Doc,
    pub line: usize,
}

/// How members are shown together, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    Constructor,
    Property,
    Handler,
    Method,
    Static,
}

impl Group {
    pub const ALL: [Self; 5] = [Self::Constructor, Self::Property, Self::Handler, Self::Method, Self::Static];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Constructor => "Constructor",
            Self::Property => "Properties",
            Self::Handler => "Event handlers",
            Self::Method => "Methods",
            Self::Static => "Static members",
        }
    }
}

/// A documentation comment.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Doc {
    /// Markdown.
    pub text: String,
    /// Names and Markdown.
    pub params: Vec<(String, String)>,
    pub returns: Option<String>,
    pub throws: Vec<String>,
    /// Why, and what to use instead; may be empty.
    pub deprecated: Option<String>,
    pub see: Vec<String>,
    pub examples: Vec<Example>,
    pub internal: bool,
    /// Where the comment starts, from 1.
    pub line: usize,
}

impl Doc {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.returns.is_none() && self.params.is_empty() && self.deprecated.is_none()
    }

    /// The first paragraph, in one line.
    pub fn summary(&self) -> String {
        let lines = self.text.lines().map(str::trim).take_while(|line| !line.is_empty() && !line.starts_with("```"));
        lines.collect::<Vec<_>>().join(" ")
    }
}

/// A program in a comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    pub code: String,
    /// It is only checked: it needs what no test has.
    pub no_run: bool,
    /// Where its first line stands, from 1.
    pub line: usize,
}

impl Example {
    /// What it must print, line for line, where it says so: the `// => …` comments in order.
    pub fn expected(&self) -> Option<Vec<&str>> {
        let lines = self.code.lines().filter_map(|line| line.split_once("// => ").map(|(_, text)| text.trim_end()));
        let lines: Vec<&str> = lines.collect();
        (!lines.is_empty()).then_some(lines)
    }
}

impl Module {
    /// Every program in the module's comments, with what it is about.
    pub fn examples(&self) -> Vec<(String, &Example)> {
        let named = |name: String, doc| -> (String, &Doc) { (name, doc) };
        let items = self.items.iter().flat_map(|item| {
            let members =
                item.members.iter().map(|member| named(format!("{}.{}", item.name, member.name), &member.doc));
            std::iter::once(named(item.name.clone(), &item.doc)).chain(members)
        });
        let docs = std::iter::once(named(self.name.clone(), &self.doc)).chain(items);
        docs.flat_map(|(name, doc)| doc.examples.iter().map(move |example| (name.clone(), example))).collect()
    }
}
