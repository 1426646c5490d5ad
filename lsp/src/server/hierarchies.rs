//! Call and type hierarchies. An item is known again by its file and the place of its name.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;

use super::Server;
use super::context::Context;
use super::convert::{Places, symbol_kind};
use crate::ide::hierarchy::{self, Calls, Entry};

fn call_item(places: &mut Places<'_, '_>, entry: &Entry) -> Option<CallHierarchyItem> {
    let (uri, selection_range) = places.uri_and_range(entry.site.source, entry.site.name)?;
    let (_, range) = places.uri_and_range(entry.site.source, entry.site.whole)?;
    Some(CallHierarchyItem {
        name: entry.name.clone(),
        kind: symbol_kind(entry.kind),
        tags: None,
        detail: None,
        uri,
        range,
        selection_range,
        data: None,
    })
}

fn type_item(places: &mut Places<'_, '_>, entry: &Entry) -> Option<TypeHierarchyItem> {
    let (uri, selection_range) = places.uri_and_range(entry.site.source, entry.site.name)?;
    let (_, range) = places.uri_and_range(entry.site.source, entry.site.whole)?;
    Some(TypeHierarchyItem {
        name: entry.name.clone(),
        kind: symbol_kind(entry.kind),
        tags: None,
        detail: None,
        uri,
        range,
        selection_range,
        data: None,
    })
}

/// A function that yields lines of a hierarchy.
type Lines = fn(&Analysis<'_>, FileId, u32) -> Vec<Entry>;

/// What a hierarchy can begin with at a place.
type Start = fn(&Analysis<'_>, FileId, u32) -> Option<Entry>;

/// An entry in the protocol's terms.
type Item<T> = fn(&mut Places<'_, '_>, &Entry) -> Option<T>;

impl Server {
    async fn prepare<T: Send + 'static>(
        &self,
        at: TextDocumentPositionParams,
        start: Start,
        item: Item<T>,
    ) -> Result<Option<Vec<T>>> {
        let found = self.ask(&at.text_document.uri, move |context| {
            let entry = start(context.analysis, context.file, context.offset(at.position))?;
            Some(vec![item(&mut context.places(), &entry)?])
        });
        Ok(found.await?.flatten())
    }

    pub(super) async fn on_prepare_calls(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        self.prepare(params.text_document_position_params, hierarchy::prepare_calls, call_item).await
    }

    pub(super) async fn on_incoming(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        let position = params.item.selection_range.start;
        let found = self.ask(&params.item.uri, move |context| {
            let calls = hierarchy::incoming(context.analysis, context.file, context.offset(position));
            let mut places = context.places();
            let convert = |calls: Calls| {
                let ranges = calls.spans.iter().filter_map(|span| places.uri_and_range(calls.entry.site.source, *span));
                let from_ranges: Vec<Range> = ranges.map(|(_, range)| range).collect();
                Some(CallHierarchyIncomingCall { from: call_item(&mut places, &calls.entry)?, from_ranges })
            };
            calls.into_iter().filter_map(convert).collect()
        });
        found.await
    }

    pub(super) async fn on_outgoing(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        let position = params.item.selection_range.start;
        let found = self.ask(&params.item.uri, move |context| {
            let calls = hierarchy::outgoing(context.analysis, context.file, context.offset(position));
            let mut places = context.places();
            let convert = |calls: Calls| {
                let from_ranges = calls.spans.iter().map(|span| context.lines.range(*span)).collect();
                Some(CallHierarchyOutgoingCall { to: call_item(&mut places, &calls.entry)?, from_ranges })
            };
            calls.into_iter().filter_map(convert).collect()
        });
        found.await
    }

    pub(super) async fn on_prepare_types(
        &self,
        params: TypeHierarchyPrepareParams,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        self.prepare(params.text_document_position_params, hierarchy::prepare_types, type_item).await
    }

    pub(super) async fn type_lines(
        &self,
        item: TypeHierarchyItem,
        lines: Lines,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        let position = item.selection_range.start;
        let found = self.ask(&item.uri, move |context: &Context<'_, '_>| {
            let entries = lines(context.analysis, context.file, context.offset(position));
            let mut places = context.places();
            entries.iter().filter_map(|entry| type_item(&mut places, entry)).collect()
        });
        found.await
    }
}
