"""What is read of DICOM files besides their pixels."""
